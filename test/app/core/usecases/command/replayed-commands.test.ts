import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { emptyStore } from '../../../../prisma/empty-store.ts';
import { openCommandScene, type CommandScene } from './command-scene.ts';

let scene: CommandScene;
beforeAll(async () => {
  scene = await openCommandScene();
});
beforeEach(async () => {
  scene.comments.length = 0;
  await emptyStore(scene.opened);
});
afterAll(() => scene[Symbol.asyncDispose]());

/** The newest run of the one request there is, brought to an end. */
async function end(status: 'failed' | 'succeeded'): Promise<void> {
  const { store } = scene.opened;
  const thread = { provider: 'github', repoId: 42, kind: 'issue', number: 5 } as const;
  const { run } = (await store.conversations.find(thread, 'any')) ?? {};
  if (run === undefined) throw new Error('there is no run');
  const { epoch } = (await store.runs.claim(run.id, { holder: 'a worker', silentMs: 0 })) ?? { epoch: 0 };
  await store.runs.advance({ runId: run.id, epoch }, { run: { status } });
}

test('a cancel that is read again after it was done answers nothing', async () => {
  await scene.say('@astraforge write a.txt');
  const { deliveryId, outcome } = await scene.say('@astraforge cancel');
  expect(outcome).toBe('cancelled 1');
  await scene.replay(deliveryId);
  expect(scene.comments).toEqual([]);
});

test('a cancel that found nothing says so once, however often it is read', async () => {
  const { deliveryId } = await scene.say('@astraforge cancel');
  await scene.replay(deliveryId);
  expect(scene.comments).toEqual([expect.stringContaining('Nothing of mine is under way here.')]);
});

test('a cancel of words that wait is one too', async () => {
  await scene.say('@astraforge write a.txt');
  await end('failed');
  await scene.say('@astraforge and b.txt');
  const { deliveryId, outcome } = await scene.say('@astraforge cancel');
  expect(outcome).toBe('cancelled 1');
  await scene.replay(deliveryId);
  expect(scene.comments).toEqual([]);
});

test.each(['failed', 'succeeded'] as const)(
  'a retry that is read again, when its run and the next have %s, answers nothing and begins nothing',
  async (status) => {
    await scene.say('@astraforge write a.txt');
    await end('failed');
    const { deliveryId, outcome } = await scene.say('@astraforge retry');
    expect(outcome).toBe('retry begun');
    await end('failed');
    await scene.say('@astraforge retry');
    await end(status);
    await scene.replay(deliveryId);
    expect(scene.comments).toEqual([]);
    const counts = await scene.opened.store.conversations.count({
      thread: { provider: 'github', repoId: 42, kind: 'issue', number: 5 },
      actorId: 1,
    });
    expect(counts.threadHour).toBe(3);
  },
);
