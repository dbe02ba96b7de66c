import { logLines } from '../contracts/run-log-lines.ts';
import { projectCheck, type CheckView, type LogExcerpt } from '../domain/check.ts';
import { projectComment } from '../domain/comment.ts';
import { effectMarker } from '../domain/effect.ts';
import { AppError } from '../domain/errors.ts';
import { isSettled, type Run } from '../domain/run.ts';
import type { Redactor } from '../domain/secrets.ts';
import type { WorkRequest } from '../domain/work-request.ts';
import type { Logger, Runtime } from '../ports/runtime.ts';
import type { ReportLease, Reports } from '../ports/reports.ts';
import type { Effects, Outbox, RunLogRecord, Runs } from '../ports/store.ts';
import type { CheckReporter, Commenter, Placed } from '../ports/vcs.ts';
import { applyEffect } from './apply-effect.ts';

/** What reporting needs. */
export interface ReportProgressDeps {
  readonly store: { runs: Runs; reports: Reports; effects: Effects; log: RunLogRecord; outbox: Outbox };
  readonly host: CheckReporter & Commenter;
  readonly runtime: Runtime;
  readonly redactor: Redactor;
  readonly logger: Logger;
}

/** While a run lasts, its check and comment change at most this often. */
export const REPORT_INTERVAL_MS = 5_000;
/** Longer than the two or three host calls of one report may take, each bounded by the adapter's 10 s. */
const LEASE_MS = 45_000;
const BUSY_RETRY_MS = 500;
const OUTCOME_TRIED_MS = 24 * 60 * 60 * 1_000;
const LOG_HEAD_EVENTS = 200;
const LOG_TAIL_EVENTS = 1_500;

/**
 * Shows a request's newest state on its host: the reaction, the one progress comment and the check run, each made once
 * and then edited. The only writer of these. One report per request at a time; what it shows is read after the lease
 * was taken, so an old state never overwrites a new one.
 * @throws AppError retryable when it must be called again because the host is away.
 */
export async function reportProgress(deps: ReportProgressDeps, requestId: string): Promise<void> {
  const { reports } = deps.store;
  const lease = await reports.acquire(requestId, { holder: deps.runtime.id(), leaseMs: LEASE_MS });
  if (lease === undefined) return (await isKnown(deps, requestId)) ? again(deps, requestId, BUSY_RETRY_MS) : undefined;
  let shown: { version: number } | undefined;
  try {
    shown = await show(deps, lease);
  } finally {
    await reports.release(lease, shown);
  }
}

/** A job can be forged, and one that names nothing must not go round for ever. */
async function isKnown(deps: ReportProgressDeps, requestId: string): Promise<boolean> {
  return (await deps.store.runs.readRequest(requestId)) !== undefined;
}

/** The report under way may have read an older state, so one more follows it. */
function again(deps: ReportProgressDeps, requestId: string, delayMs: number): Promise<void> {
  return deps.store.outbox.enqueue([{ name: 'report-progress', payload: { requestId } }], delayMs);
}

async function show(deps: ReportProgressDeps, lease: ReportLease): Promise<{ version: number } | undefined> {
  const read = await deps.store.runs.readRequest(lease.requestId);
  if (read === undefined || read.request.version <= lease.reportedVersion) return undefined;
  const { request, run } = read;
  const waitMs = isSettled(run.status) ? 0 : remainingMs(lease, deps.runtime);
  if (waitMs > 0) {
    await again(deps, request.id, waitMs);
    return undefined;
  }
  let complete = true;
  const refused = (thrown: unknown): undefined => {
    if (!(thrown instanceof AppError) || thrown.retryable) throw thrown;
    complete = false;
    deps.logger.warn({ requestId: request.id, code: thrown.code, err: thrown }, 'the host refuses our report');
  };
  if (lease.reportedVersion === 0) await acknowledge(deps, request).catch(refused);
  const check = await showCheck(deps, request, run).catch(refused);
  await showComment(deps, request, { run, checkUrl: check?.url }).catch(refused);
  return complete || !worthAnotherTry(run, deps.runtime) ? { version: request.version } : undefined;
}

/** An outcome that the host refuses today may be taken when an installation is mended; the sweep asks again for a day. */
function worthAnotherTry(run: Run, runtime: Runtime): boolean {
  return run.finishedAt !== null && Date.parse(runtime.now()) - Date.parse(run.finishedAt) < OUTCOME_TRIED_MS;
}

function remainingMs(lease: ReportLease, runtime: Runtime): number {
  if (lease.reportedAt === null) return 0;
  const waitMs = REPORT_INTERVAL_MS - (Date.parse(runtime.now()) - Date.parse(lease.reportedAt));
  return Math.min(waitMs, REPORT_INTERVAL_MS);
}

async function acknowledge(deps: ReportProgressDeps, request: WorkRequest): Promise<void> {
  const react = (): Promise<Placed> => deps.host.acknowledge(request.repo, request.thread, request.trigger);
  await applyEffect(deps.store, { subjectId: request.id, kind: 'reaction' }, { find: react, create: react });
}

async function showCheck(deps: ReportProgressDeps, request: WorkRequest, run: Run): Promise<Placed> {
  const { repo, base } = request;
  const view = redacted(deps, projectCheck(request, run, { log: await excerpt(deps, run), now: deps.runtime.now() }));
  let fresh = false;
  const placed = await applyEffect(
    deps.store,
    { subjectId: request.id, kind: 'check-run' },
    {
      find: () => deps.host.findCheck(repo, base.sha, request.id),
      create: () => {
        fresh = true;
        return deps.host.createCheck(repo, base.sha, { key: request.id, view });
      },
    },
  );
  if (!fresh) await deps.host.updateCheck(repo, placed.externalId, view);
  return placed;
}

/** What stands in the place of a secret is shorter than any secret, or nearly so; the limits leave room for that. */
function redacted({ redactor }: ReportProgressDeps, view: CheckView): CheckView {
  const { title, summary, text } = view;
  return { ...view, title: redactor.redact(title), summary: redactor.redact(summary), text: redactor.redact(text) };
}

async function showComment(
  deps: ReportProgressDeps,
  request: WorkRequest,
  shown: { run: Run; checkUrl: string | undefined },
): Promise<void> {
  const { repo, thread } = request;
  const body = deps.redactor.redact(
    projectComment(request, shown.run, { checkUrl: shown.checkUrl, now: deps.runtime.now() }),
  );
  const marker = effectMarker(request.id, 'comment');
  let fresh = false;
  const placed = await applyEffect(
    deps.store,
    { subjectId: request.id, kind: 'comment' },
    {
      find: () => deps.host.findComment(repo, thread, { marker, since: request.createdAt }),
      create: () => {
        fresh = true;
        return deps.host.createComment(repo, thread, body);
      },
    },
  );
  if (!fresh) await deps.host.updateComment(repo, placed.externalId, body);
}

async function excerpt(deps: ReportProgressDeps, run: Run): Promise<LogExcerpt> {
  const ends = await deps.store.log.readLogEnds(run.id, { head: LOG_HEAD_EVENTS, tail: LOG_TAIL_EVENTS });
  const omitted = ends.total - ends.head.length - ends.tail.length;
  return { head: ends.head.flatMap(logLines), tail: ends.tail.flatMap(logLines), omitted };
}
