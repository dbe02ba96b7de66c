import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { RepositoryConfig } from '#core/contracts/repository-config.ts';
import type { SetUpPlan } from '#core/ports/workspace.ts';
import { HeldRun } from '#core/usecases/run/hold-run.ts';
import { setUpWorkspace } from '#core/usecases/run/set-up-workspace.ts';
import { runScene } from './run-scene.ts';

/** The plan that a workspace is given, when the repository holds these files with these ids. */
async function planFor(config: object, files: Readonly<Record<string, string>>): Promise<SetUpPlan> {
  const plans: SetUpPlan[] = [];
  const scene = runScene({
    workspace: {
      setUp: async (plan) => {
        plans.push(plan);
        return { kind: 'done' };
      },
    },
  });
  const { deps } = scene;
  const blobIds = async (_repo: unknown, _sha: string, paths: readonly string[]) =>
    Object.fromEntries(paths.map((path) => [path, files[path] ?? null]));
  const { run, request } = scene;
  await using held = new HeldRun(deps, { run, request }, scene.shutdown.signal);
  const workspace = await deps.workspaces.open({
    labels: held.claim,
    doors: { kind: 'sockets', directory: '/nowhere' },
  });
  const room = { workspace, config: RepositoryConfig.parse(config) };
  const runtime = { ...deps.runtime, sha256: String };
  await setUpWorkspace({ ...deps, runtime, repositories: { blobIds } }, held, room);
  const [plan] = plans;
  if (plan === undefined) throw new Error('nothing was set up');
  return plan;
}

test('without files of its own a repository is set up anew when a lock file changes', async () => {
  const config = { setup: ['npm ci'] };
  const before = await planFor(config, { 'package-lock.json': 'one' });
  const same = await planFor(config, { 'package-lock.json': 'one', 'README.md': 'another' });
  const after = await planFor(config, { 'package-lock.json': 'two' });
  expect(same.cacheKey).toBe(before.cacheKey);
  expect(after.cacheKey).not.toBe(before.cacheKey);
});

test('commands, image and files it names are part of the key, and files it does not name are none', async () => {
  const config = { setup: ['make'], setup_files: ['tools.lock'] };
  const { cacheKey } = await planFor(config, { 'tools.lock': 'one' });
  expect((await planFor(config, { 'tools.lock': 'one', 'package-lock.json': 'x' })).cacheKey).toBe(cacheKey);
  for (const other of [
    { ...config, setup: ['make all'] },
    { ...config, image: 'ghcr.io/acme/room:1' },
  ])
    expect((await planFor(other, { 'tools.lock': 'one' })).cacheKey).not.toBe(cacheKey);
  expect((await planFor(config, { 'tools.lock': 'two' })).cacheKey).not.toBe(cacheKey);
});

test('a run that is over is held by nobody: the signal of the process forgets it', async () => {
  const scene = runScene();
  const held = new HeldRun(scene.deps, { run: scene.run, request: scene.request }, scene.shutdown.signal);
  expect(getEventListeners(scene.shutdown.signal, 'abort')).toHaveLength(1);
  await held[Symbol.asyncDispose]();
  expect(getEventListeners(scene.shutdown.signal, 'abort')).toHaveLength(0);
});
