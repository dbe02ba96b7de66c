import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import type { Said, Thread } from '#core/domain/host/inbound.ts';
import { emptyStore } from '../../../../prisma/empty-store.ts';
import { openCommandScene, PEOPLE, REPO, type CommandScene } from '../command/command-scene.ts';

const QUOTAS = { threadHour: 2, personDay: 3, repositoryDay: 4 };

let scene: CommandScene;
beforeAll(async () => {
  scene = await openCommandScene({ quotas: QUOTAS });
});
beforeEach(async () => {
  scene.asked.length = 0;
  scene.comments.length = 0;
  scene.config = undefined;
  await emptyStore(scene.opened);
});
afterAll(() => scene[Symbol.asyncDispose]());

const thread = (number: number, kind: Thread['kind'] = 'issue'): Thread => ({ kind, number, title: 't', body: 'b' });
const run = async (how: Partial<Said>): Promise<string> =>
  (await scene.say('@astraforge run write a.txt', { thread: thread(5), ...how })).outcome;

/** The newest run of a thread is over, with a pull request where a number is given. */
async function end(number: number, pull?: number): Promise<void> {
  const { conversations, runs } = scene.opened.store;
  const key = { provider: 'github', repoId: REPO.id, kind: 'issue', number } as const;
  const runId = (await conversations.find(key, 'any'))?.run.id ?? '';
  const { epoch = 0 } = (await runs.claim(runId, { holder: 'a worker', silentMs: 0 })) ?? {};
  const change = pull === undefined ? {} : { change: { number: pull, url: 'u' } };
  await runs.advance({ runId, epoch }, { run: { status: 'failed', ...change } });
}

describe('runs are refused before anything is asked of a model', () => {
  test('beyond the quota of a thread, which the pull request of its request belongs to', async () => {
    expect(await run({})).toBe('request submitted');
    await end(5, 8);
    expect(await run({ thread: thread(8, 'pull') })).toBe('request submitted');
    expect(await run({ thread: thread(8, 'pull') })).toBe('refused: quota');
    expect(scene.comments).toEqual([expect.stringContaining('QUOTA_RUNS_PER_THREAD_HOUR')]);
    expect(await run({ thread: thread(6), actor: PEOPLE.mona })).toBe('request submitted');
  });

  test('beyond the quota of a person, in whatever repository, while others may go on', async () => {
    const elsewhere = { ...REPO, id: 43, name: 'other' };
    for (const number of [5, 6]) expect(await run({ thread: thread(number) })).toBe('request submitted');
    expect(await run({ repo: elsewhere })).toBe('request submitted');
    expect(await run({ thread: thread(7) })).toBe('refused: quota');
    expect(scene.comments).toEqual([expect.stringMatching(/by @ada within a day.*QUOTA_RUNS_PER_PERSON_DAY/)]);
    expect(await run({ thread: thread(7), actor: PEOPLE.mona })).toBe('request submitted');
  });

  test('beyond the quota of a repository, whoever asks, while others of the host may go on', async () => {
    for (const [number, actor] of [
      [1, PEOPLE.ada],
      [2, PEOPLE.ada],
      [3, PEOPLE.mona],
      [4, PEOPLE.mona],
    ] as const)
      expect(await run({ thread: thread(number), actor })).toBe('request submitted');
    expect(await run({ thread: thread(5), actor: PEOPLE.mona })).toBe('refused: quota');
    expect(scene.comments).toEqual([expect.stringContaining('QUOTA_RUNS_PER_REPOSITORY_DAY')]);
    expect(await run({ repo: { ...REPO, id: 43, name: 'other' }, actor: PEOPLE.mona })).toBe('request submitted');
  });

  test('when they are asked for by retrying, by a button or by a label', async () => {
    scene.config = 'triggers: {labels: [go]}\n';
    await run({});
    await end(5);
    const { outcome } = await scene.say('@astraforge retry', { thread: thread(5) });
    expect(outcome).toBe('retry begun');
    await end(5);
    expect((await scene.say('@astraforge retry', { thread: thread(5) })).outcome).toBe('refused: quota');
    const commit = { kind: 'commit', sha: 'b'.repeat(40) } as const;
    const pressed = { kind: 'pressed', repo: REPO, actor: PEOPLE.ada, button: 'retry', on: commit } as const;
    expect((await scene.deliver(pressed)).outcome).toBe('refused: quota');
    const by = { kind: 'label', name: 'go' } as const;
    const marked = { kind: 'marked', repo: REPO, actor: PEOPLE.ada, thread: thread(5), by } as const;
    expect((await scene.deliver(marked)).outcome).toBe('refused: quota');
    expect(scene.comments).toHaveLength(1);
  });
});

test('a refusal is told once per person, thread and hour, so that nobody is answered for ever', async () => {
  for (let round = 0; round < QUOTAS.threadHour; round += 1) await run({});
  for (let round = 0; round < 3; round += 1) expect(await run({})).toBe('refused: quota');
  expect(await run({ actor: PEOPLE.mona })).toBe('refused: quota');
  expect(scene.comments).toHaveLength(2);
});

test.each(['github', 'gitlab'] as const)(
  'another bot costs nothing on %s, whatever it may do there',
  async (provider) => {
    const repo = { ...REPO, provider };
    const { helper: actor } = PEOPLE;
    expect(await run({ repo, actor })).toBe('ignored: written by a bot');
    const by = { kind: 'label', name: 'go' } as const;
    expect((await scene.deliver({ kind: 'marked', repo, actor, thread: thread(5), by })).outcome).toBe(
      'ignored: marked by a bot',
    );
    const offered = {
      kind: 'offered',
      repo,
      actor,
      thread: thread(5, 'pull'),
      sha: 'c',
      draft: false,
      fork: false,
    } as const;
    expect((await scene.deliver({ ...offered, occasion: 'opened' })).outcome).toBe('ignored: offered by a bot');
    expect(scene.asked).toEqual([]);
    expect(scene.comments).toEqual([]);
  },
);

test('the account that reviews for us is us: what it says or does costs nothing, bot or not', async () => {
  const critic = { id: 98, login: 'critic', bot: false };
  const { host } = scene.deps;
  Object.assign(host, { reviewer: async () => critic });
  expect(await run({ actor: critic })).toBe('ignored: written by a bot');
  const pressed = { kind: 'pressed', repo: REPO, actor: critic, button: 'retry' } as const;
  const { outcome } = await scene.deliver({ ...pressed, on: { kind: 'commit', sha: 'c' } });
  expect(outcome).toBe('ignored: pressed by a bot');
  Object.assign(host, { reviewer: async () => Promise.reject(new AppError('denied', 'its key is wrong')) });
  expect(await run({ actor: critic })).toBe('failed: its key is wrong');
  Object.assign(host, { reviewer: async () => undefined });
  expect(scene.comments).toEqual([]);
});
