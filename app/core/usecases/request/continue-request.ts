import { branchOf, type WorkRequest } from '../../domain/request/work-request.ts';
import type { RunTask } from '../../domain/run/run-task.ts';
import { isSettled, type Run } from '../../domain/run/run.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { Conversations } from '../../ports/conversations.ts';
import type { Logger, Runtime } from '../../ports/runtime.ts';
import type { Outbox, Runs } from '../../ports/store.ts';
import type { BaseReader } from '../../ports/host/vcs.ts';
import type { WordsCheck } from '../../ports/host/word-log.ts';
import { newRun } from './new-run.ts';
import { takeBackDeleted } from '../intake/take-back-deleted.ts';

/** What going on needs. */
export interface ContinueRequestDeps {
  readonly store: { runs: Runs; conversations: Conversations; outbox: Outbox };
  readonly host: BaseReader & Partial<WordsCheck>;
  readonly runtime: Runtime;
  readonly redactor: Redactor;
  readonly logger: Logger;
}

/** Why a run that waited for approval is over when people have said more. */
const SUPERSEDED = 'More was said before this was approved; it goes on in a new run.';

/**
 * Sees to a request after something was said to it or one of its runs came to an end: begins a run for the words that
 * wait, and wakes the next runs of its thread. May be called at any time, any number of times.
 * @throws AppError retryable when the host or the database is away.
 */
export async function continueRequest(deps: ContinueRequestDeps, requestId: string): Promise<void> {
  const { conversations, runs, outbox } = deps.store;
  const read = await runs.readRequest(requestId);
  if (read === undefined) return;
  const waiting = await conversations.waiting(requestId);
  if (waiting.length > 0) await seeTo(deps, read);
  const line = await conversations.line(requestId);
  await outbox.enqueue(
    line.flatMap((one) => [
      { name: 'execute-run' as const, payload: { runId: one.runId } },
      { name: 'report-progress' as const, payload: { requestId: one.requestId } },
    ]),
  );
}

/** Words to a request that we may not see wait until we see it again. */
async function seeTo(deps: ContinueRequestDeps, at: { request: WorkRequest; run: Run }): Promise<void> {
  const { id, ended } = at.request;
  if (ended === null) return goOn(deps, at);
  if (ended !== 'access-lost') await drop(deps, id);
}

/** Words that came in the very moment in which the request ended go the way of those that had waited then. */
async function drop({ store, logger }: ContinueRequestDeps, requestId: string): Promise<void> {
  const count = await store.conversations.dropWaiting({ requestId });
  logger.info({ requestId, count }, 'words came after the end of their request');
}

async function goOn(deps: ContinueRequestDeps, at: { request: WorkRequest; run: Run }): Promise<void> {
  const { request, run } = at;
  const { runs, outbox } = deps.store;
  if (run.status === 'awaiting_approval') {
    const ids = await runs.requestCancel({ requestId: request.id }, SUPERSEDED);
    return outbox.enqueue(ids.map((runId) => ({ name: 'execute-run', payload: { runId } })));
  }
  // Whoever holds it takes the words at its next turn, or leaves them to the call that its end brings.
  if (!isSettled(run.status)) return;
  await beginFurther(deps, at);
}

/** Begins a run that goes on where the newest one of the request stopped. */
async function beginFurther(
  deps: ContinueRequestDeps,
  { request, run }: { request: WorkRequest; run: Run },
): Promise<void> {
  const { conversations } = deps.store;
  await takeBackDeleted(deps, request);
  const waiting = await conversations.waiting(request.id);
  if (waiting.length === 0) return;
  const task: RunTask = {
    kind: 'change',
    approval: run.task.approval,
    options: run.task.options,
    base: await furtherBase(deps, request),
    resumes: (await conversations.lastWithSession(request.id)) ?? null,
  };
  const next = newRun(deps.runtime, request.id, task);
  const begun = await conversations.begin({
    run: next,
    takes: 'waiting',
    log: waiting.map(({ text }) => ({
      v: 1,
      type: 'user_message',
      message: deps.redactor.redact(text),
      request_id: request.id,
      run_id: next.id,
      created_at: next.createdAt,
    })),
    jobs: [
      { name: 'execute-run', payload: { runId: next.id } },
      { name: 'report-progress', payload: { requestId: request.id } },
    ],
  });
  deps.logger.info({ requestId: request.id, runId: next.id, begun }, 'a request goes on');
}

/**
 * Where a further run starts: at the head of the change's own branch, with whatever people have put there, once there is
 * one; before that where the request began (null).
 */
export async function furtherBase(deps: { readonly host: BaseReader }, request: WorkRequest): Promise<RunTask['base']> {
  const ref = branchOf(request.id);
  const sha = await deps.host.branchHead(request.repo, ref);
  return sha === undefined ? null : { ref, sha };
}
