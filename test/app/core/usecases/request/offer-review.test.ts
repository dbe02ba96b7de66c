import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ChangeOffered } from '#core/domain/host/inbound.ts';
import { HEAD, openCommandScene, PEOPLE, REPO, type CommandScene } from '../command/command-scene.ts';

let scene: CommandScene;
beforeAll(async () => {
  scene = await openCommandScene();
});
beforeEach(() => {
  scene.asked.length = 0;
});
afterAll(() => scene[Symbol.asyncDispose]());

const offered: ChangeOffered = {
  kind: 'offered',
  repo: REPO,
  actor: PEOPLE.ada,
  thread: { kind: 'pull', number: 8, title: 'Cap', body: '' },
  sha: HEAD,
  draft: false,
  fork: false,
  occasion: 'pushed',
};

test('where reviews are not automatic, a push to a pull request costs reading the configuration and nothing else', async () => {
  scene.config = 'review: {auto: false}\n';
  expect((await scene.deliver(offered)).outcome).toBe('ignored: not asked to review');
  expect([...new Set(scene.asked)]).toEqual(['readDefaultBranchFile']);
  scene.config = 'review: {auto: true}\n';
  expect((await scene.deliver(offered)).outcome).toBe('review submitted');
  expect(scene.asked).toContain('roleOf');
});

test('of a draft or a pull request of another bot nothing is asked at all', async () => {
  await scene.deliver({ ...offered, draft: true });
  await scene.deliver({ ...offered, actor: PEOPLE.helper });
  expect(scene.asked).toEqual([]);
});
