import { cancellation, failed, settle } from '../run/end-run.ts';
import { HeldRun, SILENT_MS, type HoldRunDeps } from '../run/hold-run.ts';

/**
 * Ends a run that nobody works on, whether it waits for a worker, for its next try, or lost its worker. False when
 * somebody holds it, who hears of the cancelling with the next heartbeat, and when its work is on record, which a worker
 * keeps before it ends the run; then nothing was done.
 * @throws AppError `unavailable`; what was begun here is then finished by whoever claims the run next.
 */
export async function cancelRun(deps: HoldRunDeps, runId: string): Promise<boolean> {
  const { runs } = deps.store;
  const patch = (await runs.readResult(runId))?.patch;
  if (patch !== null && patch !== undefined && patch.byteLength > 0) return false;
  const run = await runs.claim(runId, { holder: `cancel/${deps.runtime.id()}`, silentMs: SILENT_MS });
  const read = run === undefined ? undefined : await runs.readRun(runId);
  if (run === undefined || read === undefined) return false;
  await using held = new HeldRun(deps, { run, request: read.request }, new AbortController().signal);
  await settle(held, failed(await cancellation(deps.store, runId), 'cancelled'));
  return true;
}
