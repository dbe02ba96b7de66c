import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GitAccess } from '#core/ports/host/vcs.ts';
import { startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';

let world: GitLabWorld;

beforeAll(async () => {
  world = await startGitLabWorld({ basePath: '/code' });
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

test('access fetches and pushes below the relative URL root, with the token beside the address and not in it', async () => {
  const access = await world.host.gitAccess(world.repo, 'write');
  expect(access).toEqual({
    url: `${world.gitlab.url}/team/tools/app.git`,
    username: 'oauth2',
    token: world.gitlab.botToken.token,
  });
  expect(world.gitlab.url).toMatch(/\/code$/);
  expect(access.url).not.toContain(access.token);
  expect(await knock(access, 'git-upload-pack')).toBe(200);
  expect(await knock(access, 'git-receive-pack')).toBe(200);
});

test('the token is known to the redactor before anything is asked', () => {
  expect(world.registered).toEqual([world.gitlab.botToken.token]);
});

test('revoking gives nothing up: the token is not ours to end', async () => {
  const access = await world.host.gitAccess(world.repo, 'read');
  await expect(world.host.revoke(access)).resolves.toBeUndefined();
  expect(await knock(access, 'git-upload-pack')).toBe(200);
});

test('no access is given to a project that is not on the list', async () => {
  const elsewhere = { ...world.repo, owner: 'elsewhere' };
  await expect(world.host.gitAccess(elsewhere, 'read')).rejects.toMatchObject({ code: 'denied' });
});
