import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '#core/domain/rules/role.ts';
import type { AccessLevel } from '../../../../fakes/gitlab/records.ts';
import { actorOf, repoRef, startGitLabWorld, threadOf, type GitLabWorld } from '../gitlab-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

let world: GitLabWorld;
let nowMs = Date.now();

beforeAll(async () => {
  world = await startGitLabWorld({}, { now: () => nowMs });
});
afterAll(() => world[Symbol.asyncDispose]());

describe('the role of a person', () => {
  test.each<[AccessLevel, Role]>([
    [0, 'none'],
    [5, 'none'],
    [10, 'read'],
    [15, 'read'],
    [20, 'triage'],
    [30, 'write'],
    [40, 'maintain'],
    [50, 'admin'],
  ])('with access level %i is %s', async (level, role) => {
    const user = world.gitlab.createUser(`level-${level}`);
    world.gitlab.setPermission(world.repository, user.login, level);
    expect(await world.host.roleOf(world.repo, actorOf(user))).toBe(role);
  });

  test('is inherited from a group above, and the higher one counts', async () => {
    const user = world.gitlab.createUser('heir');
    world.gitlab.setGroupPermission('team', user.login, 40);
    expect(await world.host.roleOf(world.repo, actorOf(user))).toBe('maintain');
    world.gitlab.setPermission(world.repository, user.login, 20);
    expect(await world.host.roleOf(world.repo, actorOf(user))).toBe('maintain');
  });

  test('is asked live: what was granted a moment ago counts no more', async () => {
    const user = world.gitlab.createUser('leaver');
    world.gitlab.setPermission(world.repository, user.login, 30);
    expect(await world.host.roleOf(world.repo, actorOf(user))).toBe('write');
    world.gitlab.setPermission(world.repository, user.login, 0);
    expect(await world.host.roleOf(world.repo, actorOf(user))).toBe('none');
  });

  test('ends at the start of the day on which the membership expires, even if GitLab still shows it', async () => {
    const user = world.gitlab.createUser('temp');
    const today = new Date();
    const tomorrow = new Date(Date.now() + 86_400_000);
    const expiresAt = tomorrow.toISOString().slice(0, 10);
    world.gitlab.setPermission(world.repository, user.login, { role: 30, expiresAt });
    expect(await world.host.roleOf(world.repo, actorOf(user))).toBe('write');
    nowMs = Date.parse(expiresAt);
    expect(await world.host.roleOf(world.repo, actorOf(user))).toBe('none');
    nowMs = today.getTime();
  });

  test('is none for a blocked account', async () => {
    const user = world.gitlab.createUser('blocked');
    world.gitlab.setPermission(world.repository, user.login, 50);
    world.gitlab.blockUser(user.login);
    expect(await world.host.roleOf(world.repo, actorOf(user))).toBe('none');
  });

  test('is none for somebody GitLab does not know', async () => {
    expect(await world.host.roleOf(world.repo, { id: 999_999, login: 'nobody', bot: false })).toBe('none');
  });

  test('is an error, not a guess, when GitLab does not answer', async () => {
    const user = world.gitlab.createUser('unlucky');
    world.gitlab.fault({ match: { path: /members\/all/ }, status: 502 });
    await expect(world.host.roleOf(world.repo, actorOf(user))).rejects.toMatchObject({ code: 'unavailable' });
  });

  const member = { id: 5, state: 'active', access_level: 40, expires_at: null };
  test.each<[string, object, Role]>([
    ['everything in order', {}, 'maintain'],
    ['another account than the one asked for', { id: 6 }, 'none'],
    ['a deactivated account', { state: 'deactivated' }, 'none'],
    ['a membership that nobody has approved of', { membership_state: 'awaiting' }, 'none'],
    ['a level that is new to us', { access_level: 25 }, 'triage'],
  ])('with %s is what is certain', async (_what, changed, role) => {
    await using api = await startScriptedApi(() => ({ status: 200, body: { ...member, ...changed } }));
    expect(await api.host.roleOf(api.repo, { id: 5, login: 'mona', bot: false })).toBe(role);
    expect(api.requests.map(({ line }) => line)).toEqual(['GET /api/v4/projects/2/members/all/5']);
  });
});

describe('where work starts', () => {
  test('on an issue is the default branch and its head, also with slashes in its name', async () => {
    const { issue } = await world.gitlab.openIssue({ repository: world.repository, by: 'mona', title: 'Bug' });
    expect(await world.host.baseOf(world.repo, threadOf(issue))).toEqual({
      ref: 'main',
      sha: world.mainSha,
      fork: false,
    });
    const given = { owner: 'team', name: 'odd', files: { 'a.txt': 'a\n' }, defaultBranch: 'v1/next' };
    const odd = await world.gitlab.createRepository(given);
    const sha = (await world.gitlab.branches(odd)).get('v1/next');
    const base = await world.host.baseOf(repoRef(odd), { kind: 'issue', number: 1 });
    expect(base).toEqual({ ref: 'v1/next', sha, fork: false });
  });

  test('on a merge request is its source branch, told apart from the issue of the same number', async () => {
    const { repository, gitlab } = world;
    const sha = await gitlab.commit({ repository, branch: 'topic', files: { 'b.txt': 'b\n' } });
    const { issue } = await gitlab.openPullRequest({ repository, by: 'mona', title: 'Topic', head: 'topic' });
    expect(issue.number).toBe(1);
    expect(await world.host.baseOf(world.repo, threadOf(issue))).toEqual({ ref: 'topic', sha, fork: false });
  });

  test('on a merge request from elsewhere is marked as a fork', async () => {
    const { repository, gitlab } = world;
    const fork = await gitlab.forkRepository({ repository, owner: 'contributor' });
    const sha = await gitlab.commit({ repository: fork, branch: 'patch', files: { 'c.txt': 'c\n' } });
    const opened = { repository, by: 'contributor', title: 'Patch', head: 'patch', fork };
    const { issue } = await gitlab.openPullRequest(opened);
    expect(await world.host.baseOf(world.repo, threadOf(issue))).toEqual({ ref: 'patch', sha, fork: true });
  });

  test('on a merge request whose fork was deleted is marked as a fork', async () => {
    const body = { source_branch: 'patch', sha: 'a'.repeat(40), source_project_id: null };
    await using api = await startScriptedApi(() => ({ status: 200, body }));
    expect(await api.host.baseOf(api.repo, { kind: 'pull', number: 1 })).toMatchObject({ fork: true });
  });

  test('in a project without commits is a conflict', async () => {
    await using api = await startScriptedApi(() => ({ status: 200, body: { default_branch: null } }));
    const base = api.host.baseOf(api.repo, { kind: 'issue', number: 1 });
    await expect(base).rejects.toMatchObject({ code: 'conflict' });
  });

  test('on something that is gone is missing', async () => {
    const base = world.host.baseOf(world.repo, { kind: 'pull', number: 9_999 });
    await expect(base).rejects.toMatchObject({ code: 'missing' });
  });

  test('of a branch is its head as it is now, and undefined when there is none', async () => {
    const { repository, gitlab, host, repo } = world;
    expect(await host.branchHead(repo, 'astra/new')).toBeUndefined();
    const sha = await gitlab.commit({ repository, branch: 'astra/new', files: { 'n.txt': 'n\n' } });
    expect(await host.branchHead(repo, 'astra/new')).toBe(sha);
  });
});
