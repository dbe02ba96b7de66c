import type { AppError } from '../../domain/errors.ts';
import { toAppError } from '../../domain/errors.ts';
import { CLAIMS_MAX, retryDelayMs, TRIES_MAX } from '../../domain/run/run.ts';
import type { Effects, Runs } from '../../ports/store.ts';
import type { WordsCheck } from '../../ports/host/word-log.ts';
import { carryOn, type CarryOnDeps } from './carry-on.ts';
import { cancellation, failed, settle, type Ending } from './end-run.ts';
import { HeldRun, SILENT_MS, type HoldRunDeps } from './hold-run.ts';
import { saveRecorded } from './save-work.ts';
import { isStillThere } from '../intake/take-back-deleted.ts';
import { stopIfAsked, unlessStopped } from './unless-stopped.ts';

/** Everything a run needs. `holder` names this worker process. */
export type ExecuteRunDeps = HoldRunDeps &
  CarryOnDeps & {
    readonly store: { runs: Runs; effects: Effects };
    readonly host: Partial<WordsCheck>;
    readonly holder: string;
  };

/**
 * Takes a run from the queue as far as it gets: claim, workspace, agent, approval, change, pull request, settled. May be
 * called any number of times and killed anywhere: a run that is held elsewhere, waits for its turn or for approval, or is
 * over is left alone, and one that was cut off goes on from what is on record. `shutdown` hands it back to the queue.
 * @throws nothing the caller could act on but a failing database: every other outcome is settled here.
 */
export async function executeRun(deps: ExecuteRunDeps, runId: string, shutdown: AbortSignal): Promise<void> {
  const run = await deps.store.runs.claim(runId, { holder: deps.holder, silentMs: SILENT_MS });
  if (run === undefined) return;
  const read = await deps.store.runs.readRun(runId);
  if (read === undefined) return;
  await using held = new HeldRun(deps, { run, request: read.request }, shutdown);
  try {
    const ending = await work(deps, held);
    if (ending !== 'parked') await settle(held, ending);
  } catch (thrown) {
    await recover(deps, held, toAppError(thrown, 'The run'));
  }
}

async function work(deps: ExecuteRunDeps, held: HeldRun): Promise<Ending | 'parked'> {
  const { run } = held;
  if (run.cancelRequested) return cancelled(deps, held);
  if (run.claims > CLAIMS_MAX)
    return failed({ code: 'lost', message: `Given up: ${CLAIMS_MAX} workers were lost while running this.` });
  if (await wasDeleted(deps, held)) return failed(DELETED, 'cancelled');
  await begin(deps, held);
  return carryOn(deps, held);
}

const DELETED = { code: 'cancelled', message: 'The comment that asked for this was deleted before it began.' };

/** Whether what made the request is gone, asked when nothing was done about it yet. */
async function wasDeleted(deps: ExecuteRunDeps, held: HeldRun): Promise<boolean> {
  const { request, run } = held;
  if (request.state !== 'RECEIVED' || run.startedAt !== null) return false;
  const { repo, thread, trigger } = request;
  // What came through the API is nowhere on the host.
  if (thread === null || trigger === null) return false;
  return !(await unlessStopped(held, deps, isStillThere(deps, { repo, thread, trigger })));
}

async function begin(deps: ExecuteRunDeps, held: HeldRun): Promise<void> {
  stopIfAsked(held);
  const { approved } = held.run;
  const first = held.run.task.kind === 'revert' ? 'Taking the change back' : 'Preparing the workspace';
  const again = held.run.epoch > 1 ? 'Taken up again by another worker' : first;
  await held.step(
    {
      run: { status: 'provisioning', startedAt: held.run.startedAt ?? deps.runtime.now() },
      request: 'EXECUTING',
      jobs: [{ name: 'report-progress', payload: { requestId: held.request.id } }],
    },
    { type: 'status', stage: 'provisioning', message: approved === null ? again : `Approved by ${approved.by.login}` },
  );
}

/** The one place that decides what a failed run becomes: dropped, handed over, cancelled, tried again or settled. */
async function recover(deps: ExecuteRunDeps, held: HeldRun, error: AppError): Promise<void> {
  const { runs } = deps.store;
  const again = { name: 'execute-run', payload: { runId: held.claim.runId } } as const;
  const about = { runId: held.claim.runId, requestId: held.request.id, code: error.code, err: error };
  switch (held.stopReason) {
    case 'lost':
      return deps.logger.warn(about, 'a run was taken over by another worker');
    case 'handover':
      deps.logger.info(about, 'a run was handed back to the queue');
      await held.step({});
      return void (await runs.release(held.claim, [again]));
    case 'cancel':
      return settle(held, await cancelled(deps, held));
    case undefined:
  }
  const tries = held.run.tries + 1;
  if (error.retryable && tries < TRIES_MAX) {
    deps.logger.warn(about, 'a run met a passing failure and is tried again');
    held.note({ type: 'log', message: `${error.message}; trying again` });
    await held.step({});
    return void (await runs.release(held.claim, [again], error.retryAfterMs ?? retryDelayMs(tries)));
  }
  deps.logger.error(about, 'a run failed');
  return settle(held, failed({ code: error.code, message: error.message }));
}

/** A run that was cancelled between its agent and its pull request leaves finished work. */
async function cancelled(deps: ExecuteRunDeps, held: HeldRun): Promise<Ending> {
  const failure = await cancellation(deps.store, held.run.id);
  await saveRecorded(deps, held, failure.message);
  return failed(failure, 'cancelled');
}
