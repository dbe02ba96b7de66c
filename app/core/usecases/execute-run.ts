import { type AppError, toAppError } from '../domain/errors.ts';
import { CLAIMS_MAX, retryDelayMs, TRIES_MAX } from '../domain/run.ts';
import type { Effects, Runs } from '../ports/store.ts';
import { CANCELLED, failed, proposed, settle, unchanged, type Ending } from './end-run.ts';
import { fetchBundle } from './fetch-bundle.ts';
import { HeldRun, SILENT_MS, type HoldRunDeps } from './hold-run.ts';
import { proposeChange, type ProposeChangeDeps } from './propose-change.ts';
import { runAgent, type RunAgentDeps } from './run-agent.ts';
import { saveRecorded, saveWork } from './save-work.ts';
import { stopIfAsked } from './unless-stopped.ts';

/** Everything a run needs. `holder` names this worker process. */
export type ExecuteRunDeps = HoldRunDeps &
  RunAgentDeps &
  ProposeChangeDeps & {
    readonly store: { runs: Runs; effects: Effects };
    readonly holder: string;
  };

/**
 * Takes a run from the queue to its end: claim, workspace, agent, change, pull request, settled. May be called any
 * number of times and killed anywhere: a run that is held elsewhere or over is left alone, and one that was cut off
 * goes on from what is on record. `shutdown` hands the run back to the queue.
 * @throws nothing the caller could act on but a failing database: every other outcome is settled here.
 */
export async function executeRun(deps: ExecuteRunDeps, runId: string, shutdown: AbortSignal): Promise<void> {
  const run = await deps.store.runs.claim(runId, { holder: deps.holder, silentMs: SILENT_MS });
  if (run === undefined) return;
  const read = await deps.store.runs.readRun(runId);
  if (read === undefined) return;
  await using held = new HeldRun(deps, { run, request: read.request }, shutdown);
  try {
    await settle(held, await work(deps, held));
  } catch (thrown) {
    await recover(deps, held, toAppError(thrown, 'The run'));
  }
}

async function work(deps: ExecuteRunDeps, held: HeldRun): Promise<Ending> {
  const { run } = held;
  if (run.cancelRequested) return cancelled(deps, held);
  if (run.claims > CLAIMS_MAX)
    return failed({ code: 'lost', message: `Given up: ${CLAIMS_MAX} workers were lost while running this.` });
  await begin(deps, held);
  const onRecord = await deps.store.runs.readResult(run.id);
  if (onRecord === undefined || onRecord.patch === null) {
    const outcome = await runAgent(deps, held);
    if (outcome.kind === 'unchanged') return unchanged();
    if (outcome.kind === 'changed') return publish(deps, held, outcome.patch);
    await saveWork(deps, held, { patch: outcome.patch, why: outcome.failure.message });
    return failed(outcome.failure, outcome.status);
  }
  if (onRecord.patch.byteLength === 0) return unchanged();
  await using _mirror = await fetchBundle(deps, held.request);
  return await publish(deps, held, onRecord.patch);
}

async function begin(deps: ExecuteRunDeps, held: HeldRun): Promise<void> {
  stopIfAsked(held);
  const again = held.run.epoch > 1 ? 'Taken up again by another worker' : 'Preparing the workspace';
  await held.step(
    {
      run: { status: 'provisioning', startedAt: held.run.startedAt ?? deps.runtime.now() },
      request: 'EXECUTING',
      jobs: [{ name: 'report-progress', payload: { requestId: held.request.id } }],
    },
    { type: 'status', stage: 'provisioning', message: again },
  );
}

async function publish(deps: ExecuteRunDeps, held: HeldRun, patch: Uint8Array): Promise<Ending> {
  await held.step({ run: { status: 'publishing' }, request: 'PATCH_READY' });
  const proposal = await proposeChange(deps, held, patch);
  if (proposal.kind === 'refused') {
    const message = `The change was not published.\n\n${proposal.reasons.map((reason) => `- ${reason}`).join('\n')}`;
    return failed({ code: 'policy', message });
  }
  const { change } = proposal;
  const message = `Opened pull request #${change.number}: ${change.url}`;
  held.note({ type: 'status', stage: 'mr', message });
  return proposed(change);
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
  await saveRecorded(deps, held, CANCELLED.message);
  return failed(CANCELLED, 'cancelled');
}
