import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadContract } from '../../../../fakes/github/contract.ts';
import { startGitHubWorld, threadOf, type GitHubWorld } from '../github-world.ts';

const contract = await loadContract();
const MINUTE_MS = 60_000;

const TokenRequest = z.object({ permissions: z.unknown(), repository_ids: z.unknown() });

/** What each minted token may do, from GitHub's own record of the request. */
function minted(world: GitHubWorld): { permissions: unknown; repositories: unknown }[] {
  return world.github.ledger
    .filter((entry) => entry.kind === 'token.create')
    .map(({ body }) => {
      const { permissions, repository_ids: repositories } = TokenRequest.parse(body);
      return { permissions, repositories };
    });
}

async function useEverything(world: GitHubWorld): Promise<void> {
  const { host, repo, repository, github, mainSha } = world;
  const { issue } = await github.openIssue({ repository, by: 'octo', title: 'Bug' });
  await github.commit({ repository, branch: 'topic', files: { 'b.txt': 'b\n' } });
  await host.roleOf(repo, { id: repository.owner.id, login: 'octo', bot: false });
  await host.baseOf(repo, threadOf(issue));
  await host.createComment(repo, threadOf(issue), 'hello');
  await host.createCheck(repo, mainSha, { key: 'k', view: { status: 'queued', title: 't', summary: 's', text: '' } });
  const change = await host.openChange(repo, { branch: 'topic', base: 'main', title: 'Topic', body: '', draft: false });
  await host.baseOf(repo, { kind: 'pull', number: change.number });
  await host.gitAccess(repo, 'read');
  await host.gitAccess(repo, 'write');
  await host.readDefaultBranchFile(repo, 'README.md', 1_000);
  await host.openIssue(repo, { title: 'Ours', body: '', labels: [] });
  await host.mergedAs(repo, change.number);
  await host.isWithin(repo, mainSha, 'main');
}

test('every token reaches one repository and carries only what its call needs', async () => {
  await using world = await startGitHubWorld({ contract });
  await useEverything(world);
  const repositories = [world.repo.id];
  expect(minted(world)).toEqual([
    { repositories, permissions: { metadata: 'read' } },
    { repositories, permissions: { metadata: 'read', contents: 'read' } },
    { repositories, permissions: { metadata: 'read', issues: 'write', pull_requests: 'write' } },
    { repositories, permissions: { metadata: 'read', checks: 'write' } },
    { repositories, permissions: { metadata: 'read', contents: 'read', pull_requests: 'write' } },
    { repositories, permissions: { metadata: 'read', pull_requests: 'read' } },
    { repositories, permissions: { metadata: 'read', contents: 'read' } },
    { repositories, permissions: { metadata: 'read', contents: 'write' } },
    { repositories, permissions: { metadata: 'read', contents: 'read' } },
    { repositories, permissions: { metadata: 'read', issues: 'write' } },
  ]);
});

test('every token is known to the redactor before it is used, and none is ever logged', async () => {
  await using world = await startGitHubWorld({ contract });
  await useEverything(world);
  const { secrets, ledger, app } = world.github;
  const tokens = secrets().filter((secret) => secret.startsWith('ghs_'));
  expect(world.registered.map(({ secret }) => secret)).toEqual(tokens);
  expect(tokens).toHaveLength(ledger.filter((entry) => entry.kind === 'token.create').length);
  for (const { expiresAt } of world.registered) expect(Date.parse(expiresAt ?? '')).toBeGreaterThan(Date.now());
  expect(world.log.records.length).toBeGreaterThan(0);
  for (const secret of [...tokens, app.privateKey]) expect(world.log.text()).not.toContain(secret);
});

test('a token is used again for the same purpose, and callers at the same moment share one', async () => {
  await using world = await startGitHubWorld({ contract });
  const { host, repo, repository } = world;
  const owner = { id: repository.owner.id, login: 'octo', bot: false };
  await Promise.all([1, 2, 3, 4].map(() => host.roleOf(repo, owner)));
  await host.roleOf(repo, owner);
  expect(minted(world)).toHaveLength(1);
});

test('a token is not used in the last five minutes of its life', async () => {
  let nowMs = Date.now();
  await using world = await startGitHubWorld({ contract, tokenTtlMs: 20 * MINUTE_MS }, { now: () => nowMs });
  const { host, repo, repository } = world;
  const owner = { id: repository.owner.id, login: 'octo', bot: false };
  await host.roleOf(repo, owner);
  nowMs += 14 * MINUTE_MS;
  await host.roleOf(repo, owner);
  expect(minted(world)).toHaveLength(1);
  nowMs += 2 * MINUTE_MS;
  await host.roleOf(repo, owner);
  expect(minted(world)).toHaveLength(2);
});

test('a token GitHub turns away is replaced once, for a read and for a write', async () => {
  await using world = await startGitHubWorld({ contract });
  const { host, repo, repository, github } = world;
  const { issue } = await github.openIssue({ repository, by: 'octo', title: 'Bug' });
  const owner = { id: repository.owner.id, login: 'octo', bot: false };
  await host.roleOf(repo, owner);
  await host.createComment(repo, threadOf(issue), 'one');
  for (const { secret } of world.registered) {
    const headers = { authorization: `Bearer ${secret}` };
    await fetch(`${github.apiUrl}/installation/token`, { method: 'DELETE', headers });
  }
  expect(await host.roleOf(repo, owner)).toBe('admin');
  await host.createComment(repo, threadOf(issue), 'two');
  expect(github.comments(repository, issue.number).map(({ body }) => body)).toEqual(['one', 'two']);
  expect(minted(world)).toHaveLength(4);
});

test('a token GitHub turns away a second time is given up as denied', async () => {
  await using world = await startGitHubWorld({ contract });
  const { host, repo, repository, github } = world;
  const { issue } = await github.openIssue({ repository, by: 'octo', title: 'Bug' });
  const fault = github.fault({ match: { operationId: 'issues/create-comment' }, status: 401, times: 10 });
  await expect(host.createComment(repo, threadOf(issue), 'x')).rejects.toMatchObject({ code: 'denied' });
  expect(fault.fired).toBe(2);
});

test('a token that cannot be had leaves a write certainly undone', async () => {
  await using world = await startGitHubWorld({ contract });
  const { host, repo, repository, github } = world;
  const { issue } = await github.openIssue({ repository, by: 'octo', title: 'Bug' });
  github.fault({ match: { path: /access_tokens$/ }, status: 502, when: 'after' });
  await expect(host.createComment(repo, threadOf(issue), 'x')).rejects.toMatchObject({ code: 'unavailable' });
  expect(github.comments(repository, issue.number)).toEqual([]);
  await expect(host.createComment(repo, threadOf(issue), 'x')).resolves.toBeDefined();
});

test('a permission the owner has not granted is named', async () => {
  await using world = await startGitHubWorld({
    contract,
    app: { permissions: { metadata: 'read', contents: 'write' } },
  });
  const view = { status: 'queued', title: 't', summary: 's', text: '' } as const;
  const sent = world.host.createCheck(world.repo, world.mainSha, { key: 'k', view });
  await expect(sent).rejects.toMatchObject({ code: 'denied', message: expect.stringContaining('checks: write') });
});

test('an installation that is gone is missing', async () => {
  await using world = await startGitHubWorld({ contract });
  await world.github.deleteInstallation({ installation: world.repo.installationId, by: 'octo' });
  await expect(world.host.gitAccess(world.repo, 'read')).rejects.toMatchObject({ code: 'missing' });
});
