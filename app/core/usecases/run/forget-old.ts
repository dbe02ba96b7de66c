import type { Runtime } from '../../ports/runtime.ts';
import type { Pruning } from '../../ports/pruning.ts';

/** How long what is kept, in milliseconds after it was settled; what was told, after it was last told. */
export interface Keeping {
  readonly deliveriesMs: number;
  readonly callsMs: number;
  readonly logsMs: number;
  readonly alertsMs: number;
  /** Null: for ever. */
  readonly runsMs: number | null;
}

/** What forgetting needs. */
export interface ForgetOldDeps {
  readonly store: { readonly pruning: Pruning };
  readonly runtime: Pick<Runtime, 'wait'>;
}

/** Longer than any host can deliver again, and twice as far back as anybody listens for what was never delivered. */
const HEARD_KEPT_MS = 30 * 24 * 60 * 60 * 1_000;
/** A call with an Idempotency-Key is answered the same again for so long (docs/api.md). */
const ANSWERS_KEPT_MS = 24 * 60 * 60 * 1_000;
/** Others come in between two batches. */
const PAUSE_MS = 50;

/**
 * Forgets whatever was kept long enough, batch by batch, until nothing is left or the signal aborts. A run goes with its log,
 * so a log is never kept longer than its run. Safe to call anywhere, in parallel. Throws as the store does.
 */
export async function forgetOld(deps: ForgetOldDeps, keeping: Keeping, signal: AbortSignal): Promise<void> {
  const { pruning } = deps.store;
  const { deliveriesMs, callsMs, logsMs, alertsMs, runsMs } = keeping;
  const withRun = (ms: number): number => Math.min(ms, runsMs ?? ms);
  const kinds = [
    () => pruning.deliveries(deliveriesMs),
    () => pruning.calls(withRun(callsMs)),
    () => pruning.logs(withRun(logsMs)),
    ...(runsMs === null ? [] : [() => pruning.requests(runsMs)]),
    () => pruning.alerts(alertsMs),
    () => pruning.incidents(alertsMs),
    () => pruning.heard(HEARD_KEPT_MS),
    () => pruning.answers(ANSWERS_KEPT_MS),
  ];
  for (const forget of kinds) {
    while (!signal.aborted && (await forget()) > 0) await deps.runtime.wait(PAUSE_MS, signal);
  }
}
