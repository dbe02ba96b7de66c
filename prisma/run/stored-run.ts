import { z } from 'zod';
import { PROVIDERS } from '#core/domain/host/repo.ts';
import { PLAIN_TASK, REASONING_EFFORTS } from '#core/domain/run/run-task.ts';
import { RUN_STATUSES, type Run } from '#core/domain/run/run.ts';
import type { WorkRequest } from '#core/domain/request/work-request.ts';
import { StoredProof } from './stored-proof.ts';
import type { Run as RunRow, WorkRequest as RequestRow } from '../generated/client.ts';

const Status = z.enum(RUN_STATUSES);
const State = z.enum(['RECEIVED', 'PLAN_READY', 'EXECUTING', 'PATCH_READY', 'MR_OPENED', 'REVIEWED', 'DONE', 'FAILED']);
const Ended = z.enum(['merged', 'closed', 'branch-deleted', 'access-lost']).nullable();
const Options = z.object({
  model: z.string().exactOptional(),
  maxTokens: z.number().exactOptional(),
  maxCostUsd: z.number().exactOptional(),
  base: z.string().exactOptional(),
  draft: z.boolean().exactOptional(),
  reasoningEffort: z.enum(REASONING_EFFORTS).exactOptional(),
});
const Reverts = z.object({
  requestId: z.string(),
  title: z.string(),
  number: z.number(),
  sha: z.string(),
  at: z.string(),
});
const Task = z.object({
  kind: z.enum(['change', 'fix', 'review', 'revert']),
  approval: z.enum(['none', 'plan', 'publish']),
  options: Options,
  base: z.object({ ref: z.string(), sha: z.string() }).nullable(),
  resumes: z.string().nullable(),
  reverts: Reverts.exactOptional(),
});
const Subject = z.object({ subject: z.enum(['plan', 'publish']), digest: z.string(), policyVersion: z.string() });
const Approved = Subject.extend({
  by: z.object({ id: z.number(), login: z.string(), bot: z.boolean() }),
  at: z.string(),
});
/** Tokens as a `usage` column holds them. */
export const StoredUsage = z.object({
  inputTokens: z.number(),
  cachedInputTokens: z.number(),
  outputTokens: z.number(),
  reasoningTokens: z.number(),
});
const Commands = z.array(z.object({ command: z.string(), exitCode: z.number().nullable() }));
const Failure = z.object({ code: z.string(), message: z.string() }).nullable();
const Blocked = z.record(z.string(), z.number());
const Change = z.object({ number: z.number(), url: z.string() }).nullable();
const Pushed = z.object({ branch: z.string(), sha: z.string() }).nullable();
/** What carried words, as a `trigger` column holds it. */
export const StoredTrigger = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('thread') }),
  z.object({ kind: z.literal('comment'), id: z.number() }),
  z.object({ kind: z.literal('review'), id: z.number() }),
  z.object({ kind: z.literal('review-comment'), id: z.number(), path: z.string(), hunk: z.string() }),
]);

/** The run a row tells of; times become ISO 8601 UTC. Throws ZodError when the row was written by something else. */
export function storedRun(row: RunRow): Run {
  return {
    id: row.id,
    requestId: row.requestId,
    epoch: row.epoch,
    task: Task.parse(row.task ?? PLAIN_TASK),
    status: Status.parse(row.status),
    cancelRequested: row.cancelRequested,
    cancelReason: row.cancelReason,
    plan: row.plan,
    awaiting: Subject.nullable().parse(row.awaiting),
    approved: Approved.nullable().parse(row.approved),
    claims: row.claims,
    tries: row.tries,
    provisioner: row.provisioner,
    finalMessage: row.finalMessage,
    usage: StoredUsage.parse(row.usage),
    commands: Commands.parse(row.commands),
    failure: Failure.parse(row.failure),
    change: Change.parse(row.change),
    pushed: Pushed.parse(row.pushed),
    costUsd: row.costUsd,
    blocked: Blocked.parse(row.blocked),
    savedBranch: row.savedBranch,
    proof: StoredProof.nullable().parse(row.proof),
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

const Kind = z.enum(['issue', 'pull']);

/** Where words were said; null for those that came through the API. */
export function storedPlace({ threadKind, threadNumber }: Pick<RequestRow, 'threadKind' | 'threadNumber'>) {
  return threadKind === null || threadNumber === null ? null : { kind: Kind.parse(threadKind), number: threadNumber };
}

function storedThread(row: RequestRow): WorkRequest['thread'] {
  const place = storedPlace(row);
  return place && { ...place, title: row.threadTitle ?? '', body: row.threadBody ?? '' };
}

function storedCall({ linkId, source, sender }: RequestRow): WorkRequest['call'] {
  return linkId === null || source === null ? null : { linkId, source, sender: sender ?? '' };
}

/** The request a row tells of. Host numbers are below 2^53, so they are numbers here. */
export function storedRequest(row: RequestRow): WorkRequest {
  return {
    id: row.id,
    repo: {
      provider: z.enum(PROVIDERS).parse(row.provider),
      installationId: Number(row.installationId),
      id: Number(row.repoId),
      owner: row.repoOwner,
      name: row.repoName,
    },
    thread: storedThread(row),
    trigger: StoredTrigger.nullable().parse(row.trigger),
    call: storedCall(row),
    requester: { id: Number(row.requesterId), login: row.requesterLogin, bot: row.requesterBot },
    prompt: row.prompt,
    state: State.parse(row.state),
    base: { ref: row.baseRef, sha: row.baseSha },
    ended: Ended.parse(row.ended),
    createdAt: row.createdAt.toISOString(),
    version: row.version,
  };
}
