import { describe, expect, test } from 'vitest';
import { createProjectFilter, isProjectEntry } from '../../../../../app/vcs/gitlab/repository/projects.ts';
import { startGitLabWorld, threadOf } from '../gitlab-world.ts';

const at = (path: string, id = 7) => ({
  id,
  owner: path.slice(0, path.lastIndexOf('/')),
  name: path.slice(path.lastIndexOf('/') + 1),
});

describe('the list of projects', () => {
  test.each<[string, string, boolean]>([
    ['team/app', 'team/app', true],
    ['team/app', 'Team/App', true],
    ['team/app', 'team/apple', false],
    ['team/app', 'other/team/app', false],
    ['team/a.p', 'team/axp', false],
    ['team/*', 'team/app', true],
    ['team/*', 'team/sub/app', false],
    ['team/**', 'team/sub/app', true],
    ['team/**', 'teams/app', false],
    ['*/app', 'team/app', true],
    ['team/web-*', 'team/web-shop', true],
    ['**', 'any/thing/at/all', true],
    ['7', 'whatever/name', true],
    ['8', 'whatever/name', false],
  ])('%s lets %s through: %s', (entry, path, isOurs) => {
    expect(createProjectFilter([entry])(at(path))).toBe(isOurs);
  });

  test('with nothing on it lets nothing through', () => {
    expect(createProjectFilter([])(at('team/app'))).toBe(false);
  });

  test('stays fast on a path made to be slow', () => {
    const filter = createProjectFilter(['**a**a**a**b']);
    const started = performance.now();
    expect(filter(at(`${'a'.repeat(500)}/x`))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test.each(['team app', 'team', 'team/', '/team', 'https://gitlab.com/team/app', '0', 'a***', ''])(
    'has no entry %j',
    (entry) => {
      expect(isProjectEntry(entry)).toBe(false);
    },
  );
});

test('nothing is asked or written in a project that is not on the list', async () => {
  await using world = await startGitLabWorld({}, { projects: ['team/other'] });
  const { host, repo, gitlab, repository, mainSha } = world;
  const { issue } = await gitlab.openIssue({ repository, by: 'mona', title: 'Bug' });
  const thread = threadOf(issue);
  const before = gitlab.requests.length;
  const denied = { code: 'denied', message: expect.stringContaining('GITLAB_PROJECTS') };
  await expect(host.roleOf(repo, { id: 1, login: 'mona', bot: false })).rejects.toMatchObject(denied);
  await expect(host.baseOf(repo, thread)).rejects.toMatchObject(denied);
  await expect(host.createComment(repo, thread, 'x')).rejects.toMatchObject(denied);
  await expect(host.findChange(repo, 'x')).rejects.toMatchObject(denied);
  await expect(host.branchHead(repo, 'main')).rejects.toMatchObject(denied);
  await host.self();
  await expect(host.findCheck(repo, mainSha, 'k')).rejects.toMatchObject(denied);
  expect(gitlab.requests.slice(before).map(({ path }) => path)).toEqual(['/user']);
});
