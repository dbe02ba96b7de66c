import type { RunTask } from '../../domain/run/run-task.ts';
import { NO_USAGE, type Run } from '../../domain/run/run.ts';
import type { Runtime } from '../../ports/runtime.ts';

/** A run as it stands before anybody has taken it up. */
export function newRun(runtime: Runtime, requestId: string, task: RunTask): Run {
  return {
    id: runtime.id(),
    requestId,
    epoch: 0,
    task,
    status: 'queued',
    cancelRequested: false,
    cancelReason: null,
    plan: null,
    awaiting: null,
    approved: null,
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
    pushed: null,
    savedBranch: null,
    proof: null,
    createdAt: runtime.now(),
    startedAt: null,
    finishedAt: null,
  };
}
