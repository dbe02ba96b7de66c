import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import { TRIES_MAX } from '#core/domain/run/run.ts';
import { cancelRun } from '#core/usecases/command/cancel-run.ts';
import { runScene, silent, SUCCEEDED, TOKENS_MAX, type RunScene } from './run-scene.ts';

const WORK = 'finished work';
const cancel = (scene: RunScene): void => void (scene.run = { ...scene.run, cancelRequested: true });
/** Long enough for a heartbeat to be heard. */
const heard = () => delay(50);

describe('the budget of a run', () => {
  it('is spent once, however often its workspace is lost', async () => {
    let spent = 0;
    const scene = runScene({
      execute: async (at) => {
        at.spend = at.budgets.at(-1) ?? 0;
        spent += at.spend;
        throw new AppError('missing', 'the workspace ended');
      },
    });
    for (let time = 0; time < TRIES_MAX && scene.run.finishedAt === null; time += 1) await scene.work();
    expect(scene.budgets).toEqual([TOKENS_MAX, 0, 0]);
    expect(spent).toBe(TOKENS_MAX);
    expect(scene.run).toMatchObject({ status: 'failed', usage: { inputTokens: TOKENS_MAX } });
  });

  it('counts what a try used once when its agent ends by itself', async () => {
    const scene = runScene({
      execute: async (at) => {
        at.spend = 300;
        return SUCCEEDED;
      },
    });
    await scene.work();
    expect(scene.run).toMatchObject({ status: 'succeeded', usage: { inputTokens: 300 } });
  });
});

describe('an engine that does not answer', () => {
  it('keeps no run open when its workspace is to be closed', async () => {
    const scene = runScene({ workspace: { dispose: silent } });
    await scene.work();
    expect(scene.run.status).toBe('succeeded');
    expect(scene.seen).toContain('closing what a run had opened is left to the sweep');
  });

  it.each([
    ['its agent is to be stopped', { execute: silent }],
    ['its change is to be collected', { workspace: { collectPatch: silent } }],
  ])('keeps no cancelled run open when %s', async (_, differences) => {
    const scene = runScene(differences);
    const working = scene.work();
    await heard();
    cancel(scene);
    await working;
    expect(scene.run.status).toBe('cancelled');
  });
});

describe('a run that is cancelled with its work on record', () => {
  it('keeps it when a worker takes the run up, on a machine that has never seen the repository', async () => {
    const scene = runScene({
      patch: WORK,
      run: { cancelRequested: true, epoch: 1 },
      request: { state: 'PATCH_READY' },
    });
    await scene.work();
    expect(scene.run).toMatchObject({ status: 'cancelled', savedBranch: expect.stringContaining('-wip') });
    expect(scene.seen.indexOf('fetched')).toBeLessThan(scene.seen.indexOf('pushed wip'));
    expect(scene.seen).toContain('fetched');
  });

  it('is left to a worker, while one without work ends at once', async () => {
    const withWork = runScene({ patch: WORK, run: { cancelRequested: true } });
    expect(await cancelRun(withWork.deps, withWork.run.id)).toBe(false);
    expect(withWork.run).toMatchObject({ status: 'queued', epoch: 0 });
    const without = runScene({ run: { cancelRequested: true } });
    expect(await cancelRun(without.deps, without.run.id)).toBe(true);
    expect(without.run.status).toBe('cancelled');
  });

  it.each(['change is pushed', 'pull request is about to be opened'])(
    'opens no pull request when it hears of it as the %s',
    async (when) => {
      const scene = runScene({
        patch: WORK,
        run: { epoch: 1 },
        request: { state: 'PATCH_READY' },
        onPush: (at, branch) => {
          if (!branch.endsWith('-wip') && when === 'change is pushed') cancel(at);
        },
      });
      if (when !== 'change is pushed') {
        const { effects } = scene.deps.store;
        const read = effects.read;
        Object.assign(effects, { read: async (...of: Parameters<typeof read>) => (cancel(scene), read(...of)) });
      }
      await scene.work();
      expect(scene.seen).not.toContain('opened');
      expect(scene.run).toMatchObject({ status: 'cancelled', savedBranch: expect.stringContaining('-wip') });
    },
  );
});

describe('a worker that goes down', () => {
  it('while unfinished work is kept does not lose it', async () => {
    const scene = runScene({
      execute: async () => ({ ...SUCCEEDED, outcome: 'timed_out' }),
    });
    const { repositories } = scene.deps;
    const commit = repositories.commit;
    Object.assign(repositories, {
      commit: (...given: Parameters<typeof commit>) => (scene.shutdown.abort(), commit(...given)),
    });
    await scene.work();
    expect(scene.seen).toContain('pushed wip');
    expect(scene.run).toMatchObject({ status: 'timed_out', savedBranch: expect.stringContaining('-wip') });
  });
});

describe('what a lost worker left', () => {
  it('is removed before the run goes on, and what other runs left is not asked for', async () => {
    const foreign = { runId: 'another run', epoch: 1 };
    const removed: unknown[] = [];
    const scene = runScene({
      run: { epoch: 1 },
      reap: async (isLive) => {
        for (const labels of [foreign, { runId: scene.run.id, epoch: 1 }])
          if (!(await isLive(labels))) removed.push(labels);
        if (removed.includes(foreign)) throw new AppError('unavailable', 'it cannot be removed');
        return removed.length;
      },
    });
    await scene.work();
    expect(removed).toEqual([{ runId: scene.run.id, epoch: 1 }]);
    expect(scene.run).toMatchObject({ status: 'succeeded', tries: 0 });
  });
});
