import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Pressed } from '#core/domain/host/inbound.ts';
import { emptyStore } from '../../../../prisma/empty-store.ts';
import { HEAD, openCommandScene, PEOPLE, REPO, type CommandScene } from './command-scene.ts';

let scene: CommandScene;
beforeAll(async () => {
  scene = await openCommandScene();
});
beforeEach(async () => {
  scene.comments.length = 0;
  await emptyStore(scene.opened);
});
afterAll(() => scene[Symbol.asyncDispose]());

const rerunAll = (sha: string, actor: Pressed['actor'] = PEOPLE.ada): Pressed => {
  return { kind: 'pressed', repo: REPO, actor, button: 'retry', on: { kind: 'commit', sha } };
};
const newestIn = async (number: number) => {
  const thread = { provider: 'github', repoId: REPO.id, kind: 'issue', number } as const;
  return (await scene.opened.store.conversations.find(thread, 'any'))?.run;
};
/** Asks in an issue, and has the run fail. */
async function failedIn(number: number): Promise<string | undefined> {
  await scene.say('@astraforge write a.txt', { thread: { kind: 'issue', number, title: '', body: '' } });
  const run = await newestIn(number);
  const { runs } = scene.opened.store;
  const { epoch = 0 } = (await runs.claim(run?.id ?? '', { holder: 'a worker', silentMs: 0 })) ?? {};
  await runs.advance({ runId: run?.id ?? '', epoch }, { run: { status: 'failed' } });
  return run?.id;
}

test('“re-run all” on a commit retries the newest run of ours that starts from it, and no other', async () => {
  const older = await failedIn(5);
  const newer = await failedIn(6);
  expect((await scene.deliver(rerunAll(HEAD))).outcome).toBe('retry begun');
  expect((await newestIn(5))?.id).toBe(older);
  expect((await newestIn(6))?.id).not.toBe(newer);
});

test('“re-run all” counts for people who may retry only', async () => {
  const run = await failedIn(5);
  expect((await scene.deliver(rerunAll(HEAD, PEOPLE.rita))).outcome).toBe('refused: role read');
  expect(scene.comments).toEqual([expect.stringContaining('@rita may not retry this')]);
  expect((await scene.deliver(rerunAll(HEAD, PEOPLE.helper))).outcome).toBe('ignored: pressed by a bot');
  expect((await newestIn(5))?.id).toBe(run);
});

test('“re-run all” on a commit that no run of ours starts from does nothing', async () => {
  await failedIn(5);
  expect((await scene.deliver(rerunAll('c'.repeat(40)))).outcome).toBe('ignored: not one of ours');
  expect(scene.comments).toEqual([]);
});
