import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RequestEnd } from '#core/domain/request/work-request.ts';
import type { RunStatus } from '#core/domain/run/run.ts';
import { emptyStore } from '../../../../prisma/empty-store.ts';
import { HEAD, openCommandScene, PEOPLE, type CommandScene } from '../command/command-scene.ts';

const ISSUE = { provider: 'github', repoId: 42, kind: 'issue', number: 5 } as const;
const MERGED = { sha: 'c'.repeat(40), at: '2026-11-26T10:00:00.000Z', base: 'main' };
const pull = (number: number) => ({ kind: 'pull', number, title: 'A change', body: '' }) as const;

let scene: CommandScene;
beforeAll(async () => {
  scene = await openCommandScene();
});
beforeEach(async () => {
  scene.comments.length = 0;
  scene.merged.clear();
  scene.config = undefined;
  await emptyStore(scene.opened);
});
afterAll(() => scene[Symbol.asyncDispose]());

const newest = async () => {
  const standing = await scene.opened.store.conversations.find(ISSUE, 'any');
  if (standing === undefined) throw new Error('there is no request');
  return standing;
};
const begun = async (): Promise<number> =>
  (await scene.opened.store.conversations.count({ thread: ISSUE, actorId: 1 })).repositoryDay;

type End = [status: RunStatus, number?: number, ended?: RequestEnd];

/** The newest request comes to its end, with a change of this number where there is one. */
async function end(...[status, number, ended]: End): Promise<void> {
  const { conversations, runs } = scene.opened.store;
  const { request, run } = await newest();
  const { epoch } = (await runs.claim(run.id, { holder: 'a worker', silentMs: 0 })) ?? { epoch: 0 };
  const change = number === undefined ? {} : { change: { number, url: `https://host/pull/${number}` } };
  await runs.advance({ runId: run.id, epoch }, { run: { status, ...change } });
  if (ended !== undefined) await conversations.end(request.id, ended);
}

/** A change of ours that was merged, for issue 5. */
async function mergedChange(number = 8): Promise<void> {
  await scene.say('@astraforge write **a.txt** for @mona\n\nas said');
  await end('succeeded', number, 'merged');
  scene.merged.set(number, MERGED);
}

test('a merged change is taken back in a request of its own, from the branch that it came into', async () => {
  await mergedChange();
  const change = await newest();
  expect((await scene.say('@astraforge revert')).outcome).toBe('revert submitted');
  const { request, run } = await newest();
  expect(request).toMatchObject({ requester: PEOPLE.ada, thread: { number: 5 }, base: { ref: 'main', sha: HEAD } });
  expect(run.task).toEqual({
    kind: 'revert',
    approval: 'none',
    options: {},
    base: null,
    resumes: null,
    reverts: {
      requestId: change.request.id,
      title: 'Write **a.txt** for @\u200Bmona',
      number: 8,
      sha: MERGED.sha,
      at: MERGED.at,
    },
  });
  expect(scene.comments).toEqual([]);
});

test('said on the change itself it is that one, though another was merged for the issue later', async () => {
  await mergedChange(8);
  await mergedChange(9);
  await scene.say('@astraforge revert', { thread: pull(8) });
  const { request, run } = (await scene.opened.store.conversations.find({ ...ISSUE, ...pull(8) }, 'any')) ?? {};
  expect([run?.task.reverts?.number, request?.thread?.kind]).toEqual([8, 'pull']);
});

test('on an issue the newest that was merged is meant, whatever is open still', async () => {
  await mergedChange(8);
  await scene.say('@astraforge run write b.txt');
  await end('succeeded', 9);
  await scene.say('@astraforge revert');
  expect((await newest()).run.task.reverts?.number).toBe(8);
});

test.each<[string, End, string]>([
  ['is under way', ['running'], 'I am taking pull request #8 back already.'],
  ['was proposed', ['succeeded', 9], 'I have proposed already to take pull request #8 back: https://host/pull/9'],
  ['was merged', ['succeeded', 9, 'merged'], 'That was taken back already: https://host/pull/9'],
])('what %s is not begun again, wherever and by whom it is said', async (_, how, words) => {
  await mergedChange();
  await scene.say('@astraforge revert');
  await end(...how);
  await scene.say('@astraforge revert', { actor: PEOPLE.mona });
  await scene.say('@astraforge revert', { thread: pull(8) });
  expect(scene.comments).toEqual([expect.stringContaining(words), expect.stringContaining(words)]);
  expect(await begun()).toBe(2);
});

test.each<[string, End]>([
  ['has failed', ['failed']],
  ['was cancelled', ['cancelled']],
  ['found nothing', ['unchanged']],
  ['was closed', ['succeeded', 9, 'closed']],
  ['has lost its branch', ['succeeded', 9, 'branch-deleted']],
])('what %s can be asked for again', async (_, how) => {
  await mergedChange();
  await scene.say('@astraforge revert');
  await end(...how);
  expect((await scene.say('@astraforge revert')).outcome).toBe('revert submitted');
  expect((await newest()).run.status).toBe('queued');
  expect(await begun()).toBe(3);
});

test('two who say it at once begin one', async () => {
  await mergedChange();
  const said = [PEOPLE.ada, PEOPLE.mona].map((actor) => scene.say('@astraforge revert', { actor }));
  const outcomes = (await Promise.all(said)).map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome === 'revert submitted')).toHaveLength(1);
  expect(await begun()).toBe(2);
});

test('a delivery that is read again begins nothing and answers nothing', async () => {
  await mergedChange();
  const { deliveryId } = await scene.say('@astraforge revert');
  await scene.replay(deliveryId);
  expect([scene.comments, await begun()]).toEqual([[], 2]);
});

test('a revert that was merged is taken back by what is said on it, and not by what is said on the issue', async () => {
  await mergedChange();
  await scene.say('@astraforge revert');
  await end('succeeded', 9, 'merged');
  scene.merged.set(9, { ...MERGED, sha: 'd'.repeat(40) });
  expect((await scene.say('@astraforge revert')).outcome).toBe('taken back already');
  expect((await scene.say('@astraforge revert', { thread: pull(9) })).outcome).toBe('revert submitted');
});

test.each([
  ['an issue without a change', undefined, 'I have proposed no pull request for this issue that I could take back.'],
  ['a pull request of somebody', pull(77), 'this pull request is not mine'],
])('%s gets one helpful answer', async (_, thread, words) => {
  await scene.say('@astraforge revert', thread && { thread });
  expect(scene.comments).toEqual([expect.stringContaining(words)]);
  expect(await begun()).toBe(0);
});

test('what is not merged, and what was merged into a branch that is gone, gets one helpful answer', async () => {
  await scene.say('@astraforge write a.txt');
  await end('succeeded', 8);
  await scene.say('@astraforge revert');
  scene.merged.set(8, { ...MERGED, base: 'gone' });
  await scene.say('@astraforge revert');
  expect(scene.comments).toEqual([
    expect.stringContaining('Nothing was merged that I could take back: pull request #8 is not. Close it to drop it.'),
    expect.stringContaining('The branch `gone` that it was merged into is gone.'),
  ]);
  expect(await begun()).toBe(1);
});

test('who may not begin runs may not have anything taken back, by the configuration of the repository', async () => {
  await mergedChange();
  expect((await scene.say('@astraforge revert', { actor: PEOPLE.rita })).outcome).toBe('refused: role read');
  scene.config = 'run_by: maintain\n';
  expect((await scene.say('@astraforge revert')).outcome).toBe('refused: role write');
  scene.config = 'run_by: read\n';
  expect((await scene.say('@astraforge revert', { actor: PEOPLE.rita })).outcome).toBe('revert submitted');
});
