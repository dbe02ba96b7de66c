import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GitAccess } from '#core/ports/host/vcs.ts';
import { repoRef, startGitHubWorld, type GitHubWorld } from '../github-world.ts';

let world: GitHubWorld;

beforeAll(async () => {
  world = await startGitHubWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** HTTP status of the first request git makes, sent as git sends it. */
async function knock(access: GitAccess, service: 'git-upload-pack' | 'git-receive-pack'): Promise<number> {
  const credentials = Buffer.from(`${access.username}:${access.token}`).toString('base64');
  const headers = { authorization: `Basic ${credentials}` };
  const response = await fetch(`${access.url}/info/refs?service=${service}`, { headers });
  await response.arrayBuffer();
  return response.status;
}

test('read access fetches and cannot push', async () => {
  const access = await world.host.gitAccess(world.repo, 'read');
  expect(access).toMatchObject({ url: `${world.github.url}/octo/app.git`, username: 'x-access-token' });
  expect(access.url).not.toContain(access.token);
  expect(await knock(access, 'git-upload-pack')).toBe(200);
  expect(await knock(access, 'git-receive-pack')).toBe(403);
});

test('write access pushes to its repository and no other', async () => {
  const files = { 'README.md': '# other\n' };
  const other = await world.github.createRepository({ owner: 'octo', name: 'other', files, private: true });
  const access = await world.host.gitAccess(world.repo, 'write');
  expect(await knock(access, 'git-receive-pack')).toBe(200);
  const elsewhere = (await world.host.gitAccess(repoRef(other), 'read')).url;
  expect(await knock({ ...access, url: elsewhere }, 'git-upload-pack')).toBe(404);
});

test('access is minted for one use, so revoking it takes nobody else’s away', async () => {
  const first = await world.host.gitAccess(world.repo, 'read');
  const second = await world.host.gitAccess(world.repo, 'read');
  await world.host.revoke(first);
  expect(await knock(first, 'git-upload-pack')).toBe(401);
  expect(await knock(second, 'git-upload-pack')).toBe(200);
});

test('access handed out at the same moment is not shared either', async () => {
  const [first, second] = await Promise.all([
    world.host.gitAccess(world.repo, 'read'),
    world.host.gitAccess(world.repo, 'read'),
  ]);
  expect(first.token).not.toBe(second.token);
});

test('revoking what is revoked already is no error', async () => {
  const access = await world.host.gitAccess(world.repo, 'read');
  await world.host.revoke(access);
  await expect(world.host.revoke(access)).resolves.toBeUndefined();
});

test('a revocation that may have failed is told', async () => {
  const access = await world.host.gitAccess(world.repo, 'read');
  world.github.fault({ match: { path: /^\/installation\/token$/ }, status: 503 });
  await expect(world.host.revoke(access)).rejects.toMatchObject({ code: 'ambiguous' });
});
