import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '#core/domain/rules/role.ts';
import { actorOf, repoRef, startGitHubWorld, threadOf, type GitHubWorld } from '../github-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

let world: GitHubWorld;

beforeAll(async () => {
  world = await startGitHubWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

describe('the role of a person', () => {
  test.each<Role>(['none', 'read', 'triage', 'write', 'maintain', 'admin'])('%s is told as it is', async (role) => {
    const user = world.github.createUser(`${role}-person`);
    world.github.setPermission(world.repository, user.login, role);
    expect(await world.host.roleOf(world.repo, actorOf(user))).toBe(role);
  });

  test('is asked live: what was granted a moment ago counts no more', async () => {
    const user = world.github.createUser('leaver');
    world.github.setPermission(world.repository, user.login, 'write');
    expect(await world.host.roleOf(world.repo, actorOf(user))).toBe('write');
    world.github.setPermission(world.repository, user.login, 'none');
    expect(await world.host.roleOf(world.repo, actorOf(user))).toBe('none');
  });

  test('is none for somebody GitHub does not know', async () => {
    expect(await world.host.roleOf(world.repo, { id: 1, login: 'nobody-at-all', bot: false })).toBe('none');
  });

  test('is none for another account under the same login', async () => {
    const user = world.github.createUser('renamed');
    world.github.setPermission(world.repository, user.login, 'admin');
    expect(await world.host.roleOf(world.repo, { ...actorOf(user), id: user.id + 1 })).toBe('none');
  });

  test('is an error, not a guess, when GitHub does not answer', async () => {
    const user = world.github.createUser('unlucky');
    world.github.fault({ match: { path: /permission$/ }, status: 502 });
    await expect(world.host.roleOf(world.repo, actorOf(user))).rejects.toMatchObject({ code: 'unavailable' });
  });

  test.each<[string, string, Role]>([
    ['security-reviewer', 'write', 'write'],
    ['bug-triager', 'read', 'read'],
    ['auditor', 'something new', 'none'],
  ])('named %s by the organisation, worth %s, counts as %s', async (role_name, permission, role) => {
    await using api = await startScriptedApi(() => ({ status: 200, body: { permission, role_name, user: { id: 5 } } }));
    expect(await api.host.roleOf(api.repo, { id: 5, login: 'mona', bot: false })).toBe(role);
  });
});

describe('where work starts', () => {
  test('on an issue is the default branch and its head', async () => {
    const { issue } = await world.github.openIssue({ repository: world.repository, by: 'octo', title: 'Bug' });
    const base = await world.host.baseOf(world.repo, threadOf(issue));
    expect(base).toEqual({ ref: 'main', sha: world.mainSha, fork: false });
  });

  test('follows a default branch with slashes in its name', async () => {
    const files = { 'a.txt': 'a\n' };
    const other = await world.github.createRepository({ owner: 'octo', name: 'odd', files, defaultBranch: 'v1/next' });
    const { issue } = await world.github.openIssue({ repository: other, by: 'octo', title: 'Bug' });
    const sha = (await world.github.branches(other)).get('v1/next');
    expect(await world.host.baseOf(repoRef(other), threadOf(issue))).toEqual({ ref: 'v1/next', sha, fork: false });
  });

  test('on a pull request is its head', async () => {
    const { repository, github } = world;
    const sha = await github.commit({ repository, branch: 'topic', files: { 'b.txt': 'b\n' } });
    const { issue } = await github.openPullRequest({ repository, by: 'octo', title: 'Topic', head: 'topic' });
    const base = await world.host.baseOf(world.repo, threadOf(issue));
    expect(base).toEqual({ ref: 'topic', sha, fork: false });
  });

  test('on a pull request from elsewhere is marked as a fork', async () => {
    const { repository, github } = world;
    const fork = await github.forkRepository({ repository, owner: 'contributor' });
    const sha = await github.commit({ repository: fork, branch: 'patch', files: { 'c.txt': 'c\n' } });
    const opened = { repository, by: 'contributor', title: 'Patch', head: 'patch', fork };
    const { issue } = await github.openPullRequest(opened);
    expect(await world.host.baseOf(world.repo, threadOf(issue))).toEqual({ ref: 'patch', sha, fork: true });
  });

  test('on a pull request whose fork was deleted is marked as a fork', async () => {
    const head = { ref: 'patch', sha: 'a'.repeat(40), repo: null };
    await using api = await startScriptedApi(() => ({ status: 200, body: { head } }));
    const thread = { kind: 'pull', number: 1, title: '', body: '' } as const;
    expect(await api.host.baseOf(api.repo, thread)).toMatchObject({ fork: true });
  });

  test('on something that is gone is missing', async () => {
    const thread = { kind: 'pull', number: 9_999, title: '', body: '' } as const;
    await expect(world.host.baseOf(world.repo, thread)).rejects.toMatchObject({ code: 'missing' });
  });
});
