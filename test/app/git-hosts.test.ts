import { expect, test } from 'vitest';
import type { RepoRef } from '#core/domain/host/repo.ts';
import { dispatchHosts, type WorkingHost } from '../../app/git-hosts.ts';

const PLACED = { externalId: '7', number: 7, url: 'https://host.example.test/7' };

function refuse(): never {
  throw new Error('not asked');
}

/** A host that has nothing but Git. */
const onlyGit: WorkingHost = {
  roleOf: refuse,
  baseOf: refuse,
  branchHead: refuse,
  findRepository: refuse,
  readDefaultBranchFile: refuse,
  gitAccess: refuse,
  revoke: refuse,
  commitAuthor: refuse,
};

function repoOn(provider: RepoRef['provider']): RepoRef {
  return { provider, installationId: 1, id: 2, owner: 'octo', name: 'app' };
}

const asked: unknown[] = [];
const hosts = dispatchHosts(
  new Map([
    ['git', onlyGit],
    [
      'github',
      {
        ...onlyGit,
        openIssue: async (...given) => (asked.push(given), PLACED),
        isWithin: async (...given) => (asked.push(given), true),
      },
    ],
  ]),
);

test('an issue is opened, and a commit looked for, on the host that the repository is on', async () => {
  const repo = repoOn('github');
  const draft = { title: 'Boom', body: 'It fails.', labels: [] };
  expect(await hosts.openIssue(repo, draft)).toEqual(PLACED);
  expect(await hosts.isWithin(repo, 'a', 'main')).toBe(true);
  expect(asked).toEqual([
    [repo, draft],
    [repo, 'a', 'main'],
  ]);
});

test.each<[string, (repo: RepoRef) => Promise<unknown>]>([
  ['finding an issue', (repo) => hosts.findIssue(repo, { marker: 'm', since: '2026-01-01T00:00:00.000Z' })],
  ['opening an issue', (repo) => hosts.openIssue(repo, { title: 't', body: '', labels: [] })],
  ['reopening an issue', (repo) => hosts.reopenIssue(repo, 1)],
  ['how a change was merged', (repo) => hosts.mergedAs(repo, 1)],
  ['what a branch has', (repo) => hosts.isWithin(repo, 'a', 'main')],
])(
  '%s: a host with nothing but Git says that it cannot, and one that is not configured is denied',
  async (_what, ask) => {
    await expect(ask(repoOn('git'))).rejects.toMatchObject({ code: 'invalid' });
    await expect(ask(repoOn('gitlab'))).rejects.toMatchObject({ code: 'denied' });
  },
);
