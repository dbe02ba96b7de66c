import { describe, expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import { runScene, SUCCEEDED, type RunScene } from './run-scene.ts';

const BRANCH = 'astraforge/11111111-1111-4111-8111-111111111111-wip';

/** A run that is cut, on a host on which these branches are there already, with work of earlier runs. */
function cutRun(taken: readonly string[]): { scene: RunScene; tried: string[] } {
  const tried: string[] = [];
  const scene = runScene({
    execute: async () => ({ ...SUCCEEDED, outcome: 'timed_out' }),
    onPush: (_scene, branch) => {
      tried.push(branch);
      if (taken.includes(branch))
        throw new AppError('conflict', 'The branch already exists', { context: { found: 'f' } });
    },
  });
  return { scene, tried };
}

describe('the unfinished work of a request that was cut before', () => {
  test('is kept in a branch with the next number, and the earlier ones are left as they are', async () => {
    const { scene, tried } = cutRun([BRANCH, `${BRANCH}-2`]);
    await scene.work();
    expect(tried).toEqual([BRANCH, `${BRANCH}-2`, `${BRANCH}-3`]);
    expect(scene.run).toMatchObject({ status: 'timed_out', savedBranch: `${BRANCH}-3` });
    expect(scene.seen).toContain(`Kept unfinished work in ${BRANCH}-3`);
  });

  test('has a branch that names its run when all numbers are taken', async () => {
    const numbered = [BRANCH, ...[2, 3, 4, 5, 6, 7, 8, 9].map((number) => `${BRANCH}-${number}`)];
    const { scene } = cutRun(numbered);
    await scene.work();
    expect(scene.run.savedBranch).toBe(`${BRANCH}-${scene.run.id}`);
  });

  test('is tried under no other name when the host refuses it for another reason', async () => {
    const scene = runScene({
      execute: async () => ({ ...SUCCEEDED, outcome: 'timed_out' }),
      onPush: () => {
        throw new AppError('denied', 'The host refused the push');
      },
    });
    await scene.work();
    expect(scene.run.savedBranch).toBeNull();
    expect(scene.seen.filter((line) => line === 'pushed wip')).toHaveLength(1);
  });
});
