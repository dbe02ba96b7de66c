import { PLAIN_TASK } from '#core/domain/run/run-task.ts';
import { NO_USAGE, type Run } from '#core/domain/run/run.ts';
import type { WorkRequest } from '#core/domain/request/work-request.ts';

/** A request as it stands after submission, with the given differences. */
export function aRequest(differences: Partial<WorkRequest> = {}): WorkRequest {
  return {
    id: '11111111-1111-4111-8111-111111111111',
    repo: { provider: 'github', installationId: 7, id: 42, owner: 'acme', name: 'tools' },
    thread: { kind: 'issue', number: 5, title: 'Rounding is wrong', body: 'See the test.' },
    trigger: { kind: 'comment', id: 9 },
    call: null,
    requester: { id: 3, login: 'ada', bot: false },
    prompt: 'fix the failing test',
    state: 'RECEIVED',
    base: { ref: 'main', sha: 'a'.repeat(40) },
    ended: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    version: 1,
    ...differences,
  };
}

/** A queued run of that request, with the given differences. */
export function aRun(differences: Partial<Run> = {}): Run {
  return {
    id: '22222222-2222-4222-8222-222222222222',
    requestId: '11111111-1111-4111-8111-111111111111',
    epoch: 0,
    task: PLAIN_TASK,
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
    pushed: null,
    costUsd: null,
    blocked: {},
    savedBranch: null,
    proof: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    ...differences,
  };
}
