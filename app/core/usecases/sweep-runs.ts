import type { Logger } from '../ports/runtime.ts';
import type { Outbox, Runs, Sweeps } from '../ports/store.ts';
import type { Workspaces } from '../ports/workspace.ts';

/** How long something must be untouched before it counts as stranded: longer than a healthy hand-over takes. */
const STRANDED_AFTER_MS = 10_000;
const BATCH_MAX = 500;
/** Bodies are kept for a fortnight, as long as anyone asks what arrived; digests stay. */
const BODIES_KEPT_MS = 14 * 24 * 60 * 60 * 1_000;

/**
 * Heals what a lost worker, queue or machine left behind: queues every stranded piece of work again, removes
 * workspaces no live run owns, forgets old bodies. Safe to run anywhere, at any time, in parallel.
 */
export async function sweepRuns(deps: {
  store: { sweeps: Sweeps; outbox: Outbox; runs: Runs };
  workspaces: Workspaces;
  logger: Logger;
}): Promise<void> {
  const jobs = await deps.store.sweeps.findStranded(STRANDED_AFTER_MS, BATCH_MAX);
  if (jobs.length > 0) {
    await deps.store.outbox.enqueue(jobs);
    deps.logger.info({ jobs: jobs.length }, 'queued stranded work again');
  }
  await deps.store.sweeps.pruneBodies(BODIES_KEPT_MS);
  const removed = await deps.workspaces.reap((labels) => deps.store.runs.isLive(labels));
  if (removed > 0) deps.logger.info({ removed }, 'removed workspaces of lost runs');
}
