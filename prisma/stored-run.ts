import { z } from 'zod';
import { PROVIDERS } from '#core/domain/repo.ts';
import type { Run } from '#core/domain/run.ts';
import type { WorkRequest } from '#core/domain/work-request.ts';
import type { Run as RunRow, WorkRequest as RequestRow } from './generated/client.ts';

const Status = z.enum([
  'queued',
  'provisioning',
  'running',
  'publishing',
  'succeeded',
  'unchanged',
  'failed',
  'timed_out',
  'cancelled',
]);
const State = z.enum(['RECEIVED', 'EXECUTING', 'PATCH_READY', 'MR_OPENED', 'DONE', 'FAILED']);
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
const Trigger = z.discriminatedUnion('kind', [
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
    status: Status.parse(row.status),
    cancelRequested: row.cancelRequested,
    claims: row.claims,
    tries: row.tries,
    provisioner: row.provisioner,
    finalMessage: row.finalMessage,
    usage: StoredUsage.parse(row.usage),
    commands: Commands.parse(row.commands),
    failure: Failure.parse(row.failure),
    change: Change.parse(row.change),
    costUsd: row.costUsd,
    blocked: Blocked.parse(row.blocked),
    savedBranch: row.savedBranch,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
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
    thread: {
      kind: z.enum(['issue', 'pull']).parse(row.threadKind),
      number: row.threadNumber,
      title: row.threadTitle,
      body: row.threadBody,
    },
    trigger: Trigger.parse(row.trigger),
    requester: { id: Number(row.requesterId), login: row.requesterLogin, bot: row.requesterBot },
    prompt: row.prompt,
    state: State.parse(row.state),
    base: { ref: row.baseRef, sha: row.baseSha },
    createdAt: row.createdAt.toISOString(),
    version: row.version,
  };
}
