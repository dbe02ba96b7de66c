import { expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import { createSweep } from '#core/usecases/run/sweep-runs.ts';
import { runScene, silent } from './run-scene.ts';

/** A sweep over nothing but one stranded run, whose workspaces answer as given. */
function scene(reap: () => Promise<number>) {
  const { deps } = runScene();
  const counts = { queued: 0, reaps: 0 };
  const sweep = createSweep({
    ...deps,
    store: {
      runs: deps.store.runs,
      sweeps: {
        findStranded: async () => [{ name: 'execute-run', payload: { runId: 'r' } }],
      },
      outbox: {
        drain: async () => 0,
        enqueue: async () => void (counts.queued += 1),
        awaitCommit: async () => undefined,
      },
    },
    workspaces: {
      reap: () => {
        counts.reaps += 1;
        return reap();
      },
    },
  });
  return { sweep, counts };
}

test('stranded work is queued again and again while the engine is silent, which is asked only once', async () => {
  const { sweep, counts } = scene(silent);
  for (let time = 0; time < 3; time += 1) await sweep();
  expect(counts).toEqual({ queued: 3, reaps: 1 });
});

test('workspaces are asked for again after they answered, and after they failed', async () => {
  let times = 0;
  const { sweep, counts } = scene(async () => {
    times += 1;
    if (times === 1) throw new AppError('unavailable', 'the engine is away');
    return 1;
  });
  for (let time = 0; time < 3; time += 1) await sweep();
  expect(counts).toEqual({ queued: 3, reaps: 3 });
});
