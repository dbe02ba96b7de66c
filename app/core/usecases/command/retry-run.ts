import { isSettled } from '../../domain/run/run.ts';
import type { RunOptions, RunTask } from '../../domain/run/run-task.ts';
import type { Standing } from '../../ports/conversations.ts';
import { threadOf } from '../../domain/request/work-request.ts';
import { keyOf } from './cancel-thread.ts';
import { furtherBase, type ContinueRequestDeps } from '../request/continue-request.ts';
import { uuidOf } from '../intake/derive-id.ts';
import { newRun } from '../request/new-run.ts';
import type { Commander, Obeyed } from './commander.ts';
import { overQuota, overQuotaReply, quotaKeyOf, type QuotaDeps } from '../request/over-quota.ts';

/** What trying again needs. */
export type RetryRunDeps = ContinueRequestDeps & QuotaDeps;

/** Does the newest run of the thread's request once more, with the same words; options that are given replace those it had. */
export async function retryRun(deps: RetryRunDeps, by: Commander, options: RunOptions): Promise<Obeyed> {
  const standing = await deps.store.conversations.find(keyOf(by.repo, by.thread), 'any');
  return retry(deps, by, { standing, options });
}

/** As {@link retryRun}, of a request that is known already. */
export async function retry(
  deps: RetryRunDeps,
  by: Pick<Commander, 'actor' | 'deliveryId' | 'receivedAt'>,
  { standing, options = {} }: { standing: Standing | undefined; options?: RunOptions },
): Promise<Obeyed> {
  if (standing === undefined)
    return { outcome: 'nothing to retry', text: 'I have done nothing here that I could try again.' };
  const { request, run } = standing;
  const id = uuidOf(deps.runtime, `retry/${by.deliveryId}`);
  // Whatever became of it since: this was done, and a second answer would be about something else.
  if ((await deps.store.runs.readRun(id)) !== undefined) return { outcome: 'retry repeated' };
  if (request.ended !== null)
    return { outcome: 'ended', text: 'That request is over. Ask again with `run` and what you want.' };
  if (!isSettled(run.status))
    return { outcome: 'under way', text: 'It is still under way; `cancel` it first to begin anew.' };
  if (run.status === 'succeeded')
    return { outcome: 'succeeded', text: 'That went well. Say what should be different, and I go on from there.' };
  const over = await overQuota(deps, quotaKeyOf(request, run.change), by);
  if (over !== undefined) return overQuotaReply(over, by);
  const base = await baseAgain(deps, { request, run });
  const task = { ...run.task, base: base ?? run.task.base, options: { ...run.task.options, ...options } };
  const next = { ...newRun(deps.runtime, request.id, task), id };
  const message = 'Once more';
  const begun = await deps.store.conversations.begin({
    run: next,
    takes: { runId: run.id },
    log: [{ v: 1, type: 'status', message, request_id: request.id, run_id: next.id, created_at: next.createdAt }],
    jobs: [
      { name: 'execute-run', payload: { runId: next.id } },
      { name: 'report-progress', payload: { requestId: request.id } },
    ],
  });
  return { outcome: `retry ${begun}` };
}

/** A review is about the newest commits; a revert makes the same commit again; other work goes on from the head of its branch. */
async function baseAgain(deps: RetryRunDeps, { request, run }: Standing): Promise<RunTask['base']> {
  if (run.task.kind === 'revert') return null;
  if (run.task.kind !== 'review') return furtherBase(deps, request);
  const { ref, sha } = await deps.host.baseOf(request.repo, threadOf(request));
  return { ref, sha };
}
