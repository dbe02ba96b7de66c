import type { Said } from '../domain/inbound.ts';
import { NO_USAGE, type Run } from '../domain/run.ts';
import type { Redactor } from '../domain/secrets.ts';
import type { WorkRequest } from '../domain/work-request.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { Runs } from '../ports/store.ts';

function firstRun(runtime: Runtime, requestId: string): Run {
  return {
    id: runtime.id(),
    requestId,
    epoch: 0,
    status: 'queued',
    cancelRequested: false,
    claims: 0,
    tries: 0,
    provisioner: null,
    finalMessage: null,
    usage: NO_USAGE,
    commands: [],
    failure: null,
    change: null,
    costUsd: null,
    blocked: {},
    savedBranch: null,
    createdAt: runtime.now(),
    startedAt: null,
    finishedAt: null,
  };
}

/**
 * Writes the request with the raw prompt, its first run, the first log event and the jobs that acknowledge and execute
 * it, in one transaction. A delivery makes one request however often it is read: then `repeated`.
 */
export async function submitRequest(
  deps: { store: { runs: Runs }; runtime: Runtime; redactor: Redactor },
  said: Said,
  accepted: { deliveryId: string; prompt: string; base: { ref: string; sha: string } },
): Promise<'submitted' | 'repeated'> {
  const { runtime } = deps;
  const now = runtime.now();
  const request: WorkRequest = {
    id: runtime.id(),
    repo: said.repo,
    thread: said.thread,
    trigger: said.trigger,
    requester: said.actor,
    prompt: accepted.prompt,
    state: 'RECEIVED',
    base: { ref: accepted.base.ref, sha: accepted.base.sha },
    createdAt: now,
    version: 1,
  };
  const run = firstRun(runtime, request.id);
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
