import type { RunLogEntry } from '../../contracts/run-log.ts';
import { bySeverity } from '../../domain/change/finding-text.ts';
import { REVIEW_FAILURE } from '../../domain/run/outcome.ts';
import type { Severity } from '../../domain/rules/repository-rules.ts';
import type { ChangeRef, RunFailure, RunStatus } from '../../domain/run/run.ts';
import type { RequestState } from '../../domain/request/work-request.ts';
import type { RunPatch } from '../../ports/store.ts';
import type { Runs } from '../../ports/store.ts';
import type { HeldRun } from './hold-run.ts';

/** How a run ended, in every word that has to be written about it. */
export interface Ending {
  readonly run: RunPatch & { readonly status: RunStatus };
  readonly request: RequestState;
  readonly entry: RunLogEntry;
}

/** Why a cancelled run ended, when nobody said. */
export const CANCELLED: RunFailure = {
  code: 'cancelled',
  message: 'It was cancelled before the work was done.',
};

/** Why a run was cancelled, in the words of whoever did. @throws AppError `unavailable` when the record cannot be read. */
export async function cancellation(
  store: { readonly runs: Pick<Runs, 'readRun'> },
  runId: string,
): Promise<RunFailure> {
  const reason = (await store.runs.readRun(runId))?.run.cancelReason ?? null;
  return reason === null ? CANCELLED : { code: 'cancelled', message: reason };
}

/** The run ended in a pull request. */
export function proposed(change: ChangeRef): Ending {
  return {
    run: { status: 'succeeded', change },
    request: 'MR_OPENED',
    entry: { type: 'completed', message: 'Run completed' },
  };
}

/** The run ended in a branch, where there is nothing to propose it in. */
export function delivered(): Ending {
  return {
    run: { status: 'succeeded' },
    request: 'DONE',
    entry: { type: 'completed', message: 'Run completed' },
  };
}

/** The agent found nothing to change. */
export function unchanged(): Ending {
  return { run: { status: 'unchanged' }, request: 'DONE', entry: { type: 'completed', message: 'No change needed' } };
}

/** A review was made. `failing`: findings for which the check fails by the repository's configuration; `words` are shown. */
export function reviewed({
  words,
  failing,
  failOn,
}: {
  readonly words: string;
  readonly failing: readonly Severity[];
  readonly failOn: Severity | 'never';
}): Ending {
  const message = `Findings that stand: ${bySeverity(failing)}. The check fails from \`${failOn}\` on (\`review.fail_on\`).`;
  const verdict =
    failing.length === 0
      ? { status: 'succeeded' as const }
      : { status: 'failed' as const, failure: { code: REVIEW_FAILURE, message } };
  return {
    run: { ...verdict, finalMessage: words },
    request: 'REVIEWED',
    entry: { type: 'completed', message: 'Review completed' },
  };
}

/** There was nothing that the configuration lets be reviewed. */
export function notReviewed(reason: string): Ending {
  return {
    run: { status: 'unchanged', finalMessage: reason },
    request: 'DONE',
    entry: { type: 'completed', message: 'Nothing was reviewed' },
  };
}

/** The run ended without what was asked for. */
export function failed(failure: RunFailure, status: 'failed' | 'timed_out' | 'cancelled' = 'failed'): Ending {
  return {
    run: { status, failure },
    request: 'FAILED',
    entry: { type: 'error', stage: 'failed', message: failure.message },
  };
}

/** Writes the end of a run: status, last event and the jobs that show it and see to what waited for it, in one step. @throws AppError as {@link HeldRun.step}. */
export async function settle(held: HeldRun, ending: Ending): Promise<void> {
  await held.step(
    {
      run: { ...ending.run, finishedAt: held.now() },
      request: ending.request,
      jobs: [
        { name: 'report-progress', payload: { requestId: held.request.id } },
        { name: 'continue-request', payload: { requestId: held.request.id } },
      ],
    },
    { ...ending.entry, final: true },
  );
}
