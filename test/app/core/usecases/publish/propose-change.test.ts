import { describe, expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import { PLAIN_TASK } from '#core/domain/run/run-task.ts';
import type { Repositories } from '#core/ports/host/repository.ts';
import { executeRun } from '#core/usecases/run/execute-run.ts';
import { runScene, type RunScene } from '../run/run-scene.ts';

const BRANCH = 'astraforge/11111111-1111-4111-8111-111111111111';
const COMMIT = { sha: 's', treeSha: 't', paths: [], additions: 1, deletions: 0 };
const lacking = () => new AppError('missing', 'The commit is not in the mirror', { context: { lacks: 's' } });

/** Publishes what is on record of a further run, with these in the place of a mirror and a host that work. */
async function publish(differences: (scene: RunScene) => Partial<Repositories>): Promise<RunScene> {
  const scene = runScene({
    patch: 'finished work',
    run: { epoch: 1, task: { ...PLAIN_TASK, base: { ref: BRANCH, sha: 'b' } } },
    request: { state: 'PATCH_READY' },
  });
  const deps = { ...scene.deps, repositories: { ...scene.deps.repositories, ...differences(scene) } };
  await executeRun(deps, scene.run.id, scene.shutdown.signal);
  return scene;
}

/** Fails the first `times` calls with this, and does it then. */
function failing<Value>(times: number, thrown: () => Error, value: Value): () => Promise<Value> {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw thrown();
    return value;
  };
}

const fetches = ({ seen }: RunScene): number => seen.filter((line) => line === 'fetched').length;
const moved = () => new AppError('conflict', 'The branch has moved', { context: { found: 'c' } });

describe('a mirror that lacks what it held', () => {
  test.each<[string, (scene: RunScene) => Partial<Repositories>]>([
    [
      'the base',
      () => ({ commit: failing(1, () => new AppError('missing', 'The base is not in the mirror'), COMMIT) }),
    ],
    ['the commit to push', () => ({ push: failing(1, lacking, undefined) })],
    [
      'a side of a merge',
      () => ({
        push: failing(1, moved, undefined),
        merge: failing(1, lacking, { kind: 'merged', commit: COMMIT } as const),
      }),
    ],
  ])('%s is fetched once more, and the change is published', async (_, differences) => {
    const scene = await publish(differences);
    expect(scene.run).toMatchObject({ status: 'succeeded', failure: null });
    expect(scene.seen).toContain('opened');
    expect(fetches(scene)).toBe(2);
  });

  test('for good fails the run after one more try', async () => {
    const scene = await publish(() => ({ commit: failing(9, lacking, COMMIT) }));
    expect(scene.run).toMatchObject({ status: 'failed', failure: { code: 'missing' } });
    expect(fetches(scene)).toBe(2);
  });

  test('is told from a branch that people have deleted, which is not made again', async () => {
    const gone = () => new AppError('missing', 'The branch is gone from the host');
    const scene = await publish(() => ({ push: failing(9, gone, undefined) }));
    expect(scene.run).toMatchObject({
      status: 'failed',
      failure: { code: 'invalid', message: 'The branch of the change was deleted; nothing was pushed.' },
    });
    expect(fetches(scene)).toBe(1);
  });
});
