import { toAppError } from '../../domain/errors.ts';
import type { Logger, Runtime } from '../../ports/runtime.ts';
import type { Outbox, Runs } from '../../ports/store.ts';
import type { Sweeps } from '../../ports/sweeps.ts';
import type { Workspaces } from '../../ports/workspace.ts';
import { withinTime } from './within-time.ts';

/** What sweeping needs. */
export interface SweepDeps {
  readonly store: { readonly sweeps: Sweeps; readonly outbox: Outbox; readonly runs: Runs };
  readonly workspaces: Pick<Workspaces, 'reap'>;
  readonly runtime: Pick<Runtime, 'wait'>;
  readonly logger: Logger;
}

/** How long something must be untouched before it counts as stranded: longer than a healthy hand-over takes. */
const STRANDED_AFTER_MS = 10_000;
const BATCH_MAX = 500;
/** Time the workspaces have before sweeping goes on without them; the next sweeps leave them alone until they answer. */
const REAP_MS = 10_000;

/**
 * Makes a sweep, to be called again and again: it heals what a lost worker, queue or machine left behind: queues every
 * stranded piece of work again, removes workspaces no live run owns. Safe to run anywhere, at any
 * time, in parallel; an engine that does not answer keeps no sweep up.
 */
export function createSweep(deps: SweepDeps): () => Promise<void> {
  let reaping: Promise<void> | undefined;
  return async () => {
    await queueStranded(deps);
    if (reaping !== undefined) return;
    reaping = reap(deps).finally(() => (reaping = undefined));
    const reaped = await withinTime(deps.runtime, REAP_MS, reaping);
    if (reaped === 'late') deps.logger.warn({ ms: REAP_MS }, 'removing workspaces takes long, sweeping goes on');
  };
}

async function queueStranded({ store, logger }: SweepDeps): Promise<void> {
  const jobs = await store.sweeps.findStranded(STRANDED_AFTER_MS, BATCH_MAX);
  if (jobs.length === 0) return;
  await store.outbox.enqueue(jobs);
  logger.info({ jobs: jobs.length }, 'queued stranded work again');
}

/** Never rejects: nobody may be waiting any more. */
async function reap({ store, workspaces, logger }: SweepDeps): Promise<void> {
  try {
    const removed = await workspaces.reap((labels) => store.runs.isLive(labels));
    if (removed > 0) logger.info({ removed }, 'removed workspaces of lost runs');
  } catch (thrown) {
    logger.warn({ err: toAppError(thrown, 'Removing workspaces') }, 'removing workspaces of lost runs failed');
  }
}
