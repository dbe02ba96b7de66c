import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChangeDraft } from '#core/ports/host/vcs.ts';
import { startGitHubWorld, type GitHubWorld } from '../github-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

let world: GitHubWorld;

beforeAll(async () => {
  world = await startGitHubWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function newBranch(branch: string): Promise<ChangeDraft> {
  await world.github.commit({ repository: world.repository, branch, files: { [`${branch}.txt`]: 'x\n' } });
  return { branch, base: 'main', title: `Change of ${branch}`, body: 'What was asked.', draft: false };
}

test('a pull request is opened by the App and found again by its branch', async () => {
  const draft = await newBranch('astraforge/1');
  expect(await world.host.findChange(world.repo, draft.branch)).toBeUndefined();
  const change = await world.host.openChange(world.repo, draft);
  expect(await world.host.findChange(world.repo, draft.branch)).toEqual(change);
  const [pull] = world.github.pulls(world.repository).filter((one) => one.number === change.number);
  expect(pull).toMatchObject({
    title: draft.title,
    body: draft.body,
    author: { type: 'Bot' },
    pull: { baseBranch: 'main' },
  });
  expect(change.url).toBe(`${world.github.url}/octo/app/pull/${change.number}`);
});

test('a pull request that was opened before GitHub answered 502 is ambiguous, and there is one', async () => {
  const draft = await newBranch('astraforge/2');
  world.github.fault({ match: { operationId: 'pulls/create' }, when: 'after', status: 502 });
  await expect(world.host.openChange(world.repo, draft)).rejects.toMatchObject({ code: 'ambiguous' });
  expect(await world.host.findChange(world.repo, draft.branch)).toBeDefined();
  expect(world.github.pulls(world.repository).filter((one) => one.title === draft.title)).toHaveLength(1);
});

test('a second one for the same branch is refused for certain', async () => {
  const draft = await newBranch('astraforge/3');
  await world.host.openChange(world.repo, draft);
  await expect(world.host.openChange(world.repo, draft)).rejects.toMatchObject({ code: 'invalid' });
});

test('one that people closed is still found, and a newer one before it', async () => {
  const draft = await newBranch('astraforge/4');
  const first = await world.host.openChange(world.repo, draft);
  await world.github.closePullRequest({ repository: world.repository, by: 'octo', number: first.number });
  expect(await world.host.findChange(world.repo, draft.branch)).toEqual(first);
  const second = await world.host.openChange(world.repo, draft);
  expect(await world.host.findChange(world.repo, draft.branch)).toEqual(second);
});

test('a branch of the same name in a fork is somebody else’s', async () => {
  const { github, repository } = world;
  const fork = await github.forkRepository({ repository, owner: 'mallory' });
  await github.commit({ repository: fork, branch: 'astraforge/5', files: { 'm.txt': 'm\n' } });
  await github.openPullRequest({ repository, by: 'mallory', title: 'Mine', head: 'astraforge/5', fork });
  expect(await world.host.findChange(world.repo, 'astraforge/5')).toBeUndefined();
});

test('what a loose filter lets through is not ours: another repository’s branch, another branch, a deleted fork', async () => {
  const ours = { ref: 'astraforge/6', repo: { id: 2 } };
  const found = (number: number, head: object) => ({ number, html_url: `pull/${number}`, head });
  const body = [
    found(9, { ...ours, repo: { id: 3 } }),
    found(8, { ...ours, ref: 'astraforge/60' }),
    found(7, { ...ours, repo: null }),
    found(6, ours),
  ];
  await using api = await startScriptedApi(() => ({ status: 200, body }));
  expect(await api.host.findChange(api.repo, 'astraforge/6')).toEqual({ number: 6, url: 'pull/6' });
});

test('a draft is told anew and taken out of draft, once, and nothing else of it is changed', async () => {
  const draft = await newBranch('astraforge/7');
  const { number } = await world.host.openChange(world.repo, { ...draft, draft: true });
  const pull = () => world.github.pulls(world.repository).find((one) => one.number === number);
  await world.host.reviseChange(world.repo, number, (now) => ({ ...now, body: `${now.body} More.` }));
  expect(pull()).toMatchObject({ body: 'What was asked. More.', title: draft.title, pull: { draft: true } });
  for (let times = 0; times < 2; times += 1)
    await world.host.reviseChange(world.repo, number, ({ body }) => ({ body, draft: false }));
  expect(pull()).toMatchObject({ body: 'What was asked. More.', pull: { draft: false } });
  await world.host.reviseChange(world.repo, number, ({ body }) => ({ body, draft: true }));
  expect(pull()).toMatchObject({ pull: { draft: false } });
  await expect(world.host.reviseChange(world.repo, 99_999, (now) => now)).rejects.toMatchObject({ code: 'missing' });
});
