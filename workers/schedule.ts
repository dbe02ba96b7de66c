import { toAppError } from '#core/domain/errors.ts';
import type { JobQueue } from '#core/ports/job-queue.ts';
import type { Logger, Runtime } from '#core/ports/runtime.ts';
import type { Store } from '#core/ports/store.ts';
import type { Workspaces } from '#core/ports/workspace.ts';
import { relayOutbox } from '#core/usecases/relay-outbox.ts';
import { sweepRuns } from '#core/usecases/sweep-runs.ts';

const SWEEP_EVERY_MS = 5_000;

/** Starts what happens by itself: relaying committed jobs, and sweeping (at once, then every 5 s). Ends when the signal aborts. */
export function startSchedule(
  deps: { store: Store; queue: JobQueue; workspaces: Workspaces; runtime: Runtime; logger: Logger },
  signal: AbortSignal,
): Promise<unknown> {
  return Promise.all([relayOutbox({ ...deps, outbox: deps.store.outbox }, signal), sweepLoop(deps, signal)]);
}

async function sweepLoop(deps: Parameters<typeof startSchedule>[0], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sweepRuns(deps).catch((thrown: unknown) =>
      deps.logger.warn({ err: toAppError(thrown, 'Sweeping') }, 'sweeping failed, trying on'),
    );
    await deps.runtime.wait(SWEEP_EVERY_MS, signal);
  }
}
