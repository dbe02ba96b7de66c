import type { Thread, Trigger } from '../../domain/host/inbound.ts';
import type { Actor, RepoRef } from '../../domain/host/repo.ts';
import type { RunTask } from '../../domain/run/run-task.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { RequestCall, WorkRequest } from '../../domain/request/work-request.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Runs } from '../../ports/store.ts';
import { newRun } from './new-run.ts';

/** Who asked, and where. */
export interface Asked {
  readonly repo: RepoRef;
  readonly actor: Actor;
  readonly thread: Thread | null;
  readonly trigger: Trigger | null;
  /** Only of what the API was asked; there is no thread then. */
  readonly call?: RequestCall;
}

/**
 * Writes the request with the raw prompt, its first run, the first log event and the jobs that acknowledge and execute
 * it, in one transaction. A delivery makes one request however often it is read: then `repeated`. An `id` that is given stands
 * for the occasion, which makes one request likewise.
 */
export async function submitRequest(
  deps: { store: { runs: Runs }; runtime: Runtime; redactor: Redactor },
  asked: Asked,
  accepted: { id?: string; deliveryId: string; prompt: string; base: { ref: string; sha: string }; task: RunTask },
): Promise<'submitted' | 'repeated'> {
  const { runtime } = deps;
  const now = runtime.now();
  const request: WorkRequest = {
    id: accepted.id ?? runtime.id(),
    repo: asked.repo,
    thread: asked.thread,
    trigger: asked.trigger,
    call: asked.call ?? null,
    requester: asked.actor,
    prompt: accepted.prompt,
    state: 'RECEIVED',
    base: { ref: accepted.base.ref, sha: accepted.base.sha },
    ended: null,
    createdAt: now,
    version: 1,
  };
  // The same moment tells everybody that this is the first run.
  const run = { ...newRun(runtime, request.id, accepted.task), createdAt: now };
  return deps.store.runs.submit({
    deliveryId: accepted.deliveryId,
    request,
    run,
    log: [
      {
        v: 1,
        type: 'user_prompt',
        message: deps.redactor.redact(request.prompt),
        request_id: request.id,
        run_id: run.id,
        created_at: now,
      },
    ],
    jobs: [
      { name: 'execute-run', payload: { runId: run.id } },
      { name: 'report-progress', payload: { requestId: request.id } },
    ],
  });
}
