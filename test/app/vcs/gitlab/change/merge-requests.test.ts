import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChangeDraft } from '#core/ports/host/vcs.ts';
import { startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

let world: GitLabWorld;

beforeAll(async () => {
  world = await startGitLabWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function newBranch(branch: string): Promise<ChangeDraft> {
  await world.gitlab.commit({ repository: world.repository, branch, files: { [`${branch}.txt`]: 'x\n' } });
  return { branch, base: 'main', title: `Change of ${branch}`, body: 'What was asked.', draft: false };
}

function opened(title: string) {
  return [...world.repository.mergeRequests.values()].filter((one) => one.title === title);
}

test('a merge request is opened by our account and found again by its branch', async () => {
  const draft = await newBranch('astraforge/1');
  expect(await world.host.findChange(world.repo, draft.branch)).toBeUndefined();
  const change = await world.host.openChange(world.repo, draft);
  expect(await world.host.findChange(world.repo, draft.branch)).toEqual(change);
  expect(opened(draft.title)).toMatchObject([
    { number: change.number, body: draft.body, author: { id: world.gitlab.bot.id }, targetBranch: 'main' },
  ]);
  expect(change.url).toBe(`${world.gitlab.url}/team/tools/app/-/merge_requests/${change.number}`);
});

test('a draft is one by its title, and nothing in a description is a quick action', async () => {
  const draft = await newBranch('astraforge/2');
  await world.host.openChange(world.repo, { ...draft, draft: true, body: 'Text\n/merge\n  /assign @root' });
  expect(opened(`Draft: ${draft.title}`)).toMatchObject([{ body: 'Text\n\\/merge\n  \\/assign @root' }]);
});

test('a merge request that was opened before GitLab answered 502 is ambiguous, and there is one', async () => {
  const draft = await newBranch('astraforge/3');
  world.gitlab.fault({ match: { operationId: 'POST /projects/:id/merge_requests' }, when: 'after', status: 502 });
  await expect(world.host.openChange(world.repo, draft)).rejects.toMatchObject({ code: 'ambiguous' });
  expect(await world.host.findChange(world.repo, draft.branch)).toBeDefined();
  expect(opened(draft.title)).toHaveLength(1);
});

test('opening a second one for the same branch finds the first', async () => {
  const draft = await newBranch('astraforge/4');
  const change = await world.host.openChange(world.repo, draft);
  expect(await world.host.openChange(world.repo, draft)).toEqual(change);
  expect(opened(draft.title)).toHaveLength(1);
});

test('one that people closed is still found, and a newer one before it', async () => {
  const draft = await newBranch('astraforge/5');
  const first = await world.host.openChange(world.repo, draft);
  await world.gitlab.closePullRequest({ repository: world.repository, by: 'mona', number: first.number });
  expect(await world.host.findChange(world.repo, draft.branch)).toEqual(first);
  const second = await world.host.openChange(world.repo, draft);
  expect(second.number).not.toBe(first.number);
  expect(await world.host.findChange(world.repo, draft.branch)).toEqual(second);
});

test('a branch of the same name in a fork is somebody else’s', async () => {
  const { gitlab, repository } = world;
  const fork = await gitlab.forkRepository({ repository, owner: 'mallory' });
  await gitlab.commit({ repository: fork, branch: 'astraforge/6', files: { 'm.txt': 'm\n' } });
  await gitlab.openPullRequest({ repository, by: 'mallory', title: 'Mine', head: 'astraforge/6', fork });
  expect(await world.host.findChange(world.repo, 'astraforge/6')).toBeUndefined();
});

test('a conflict with nothing open to be found stays one', async () => {
  const closed = {
    iid: 4,
    web_url: 'x',
    state: 'closed',
    source_branch: 'b',
    target_branch: 'main',
    source_project_id: 2,
  };
  await using api = await startScriptedApi(({ line }) =>
    line.startsWith('POST') ? { status: 409, body: {} } : { status: 200, body: [closed] },
  );
  const sent = api.host.openChange(api.repo, { branch: 'b', base: 'main', title: 't', body: '', draft: false });
  await expect(sent).rejects.toMatchObject({ code: 'conflict' });
});

test('a draft is told anew without quick actions and taken out of draft, and its title stays', async () => {
  const draft = await newBranch('astraforge/8');
  const { number } = await world.host.openChange(world.repo, { ...draft, draft: true });
  const one = () => world.repository.mergeRequests.get(number);
  await world.host.reviseChange(world.repo, number, (now) => ({ ...now, body: `${now.body}\n/merge` }));
  expect(one()).toMatchObject({ title: `Draft: ${draft.title}`, body: 'What was asked.\n\\/merge' });
  for (let times = 0; times < 2; times += 1)
    await world.host.reviseChange(world.repo, number, ({ body }) => ({ body, draft: false }));
  expect(one()).toMatchObject({ title: draft.title, body: 'What was asked.\n\\/merge' });
  await world.host.reviseChange(world.repo, number, ({ body }) => ({ body, draft: true }));
  expect(one()?.title).toBe(draft.title);
});
