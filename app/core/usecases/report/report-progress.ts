import { AppError } from '../../domain/errors.ts';
import { traitsOf } from '../../domain/host/host-traits.ts';
import { isSettled, type Run } from '../../domain/run/run.ts';
import type { WorkRequest } from '../../domain/request/work-request.ts';
import { isAlert } from '../../domain/host/repo.ts';
import type { Incidents } from '../../ports/incidents.ts';
import type { Logger, Runtime } from '../../ports/runtime.ts';
import type { ReportLease, Reports } from '../../ports/reports.ts';
import type { Outbox, Runs } from '../../ports/store.ts';
import { acknowledge, type AcknowledgeDeps } from './acknowledge.ts';
import { showCheck, showGate, type ShowCheckDeps } from './show-check.ts';
import { showComment, type ShowCommentDeps } from './show-comment.ts';

/** What reporting needs. */
export type ReportProgressDeps = AcknowledgeDeps &
  ShowCheckDeps &
  ShowCommentDeps & {
    readonly store: { runs: Runs; reports: Reports; outbox: Outbox; incidents: Pick<Incidents, 'ofRequest'> };
    readonly runtime: Runtime;
    readonly logger: Logger;
  };

/** While a run lasts, its check and comment change at most this often. */
export const REPORT_INTERVAL_MS = 5_000;
/** Longer than the few host calls of one report may take, each bounded by the adapter's 10 s. */
const LEASE_MS = 60_000;
const BUSY_RETRY_MS = 500;
const OUTCOME_TRIED_MS = 24 * 60 * 60 * 1_000;

/**
 * Shows a request's newest state on its host: the reactions, the one progress comment and the check runs, each made once
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
  // Where nothing can be shown, there is nothing left to show.
  if (traitsOf(request.repo.provider).onlyGit) return { version: request.version };
  const waitMs = changesSoon(run) ? remainingMs(lease, deps.runtime) : 0;
  if (waitMs > 0) {
    await again(deps, request.id, waitMs);
    return undefined;
  }
  if (isAlert(request.requester)) await tellIncident(deps, request.id);
  const complete = await showAll(deps, request, { run, first: lease.reportedVersion === 0 });
  return complete || !worthAnotherTry(run, deps.runtime) ? { version: request.version } : undefined;
}

/** Whoever follows an incident outside of the host is told by a job of their own. */
async function tellIncident({ store }: ReportProgressDeps, requestId: string): Promise<void> {
  const incident = await store.incidents.ofRequest(requestId);
  if (incident === undefined) return;
  await store.outbox.enqueue([{ name: 'follow-incident', payload: { incidentId: incident.id } }]);
}

/** A run that is over, or waits for somebody, is shown at once. */
function changesSoon({ status }: Run): boolean {
  return !isSettled(status) && status !== 'awaiting_approval';
}

/** Shows each thing for itself, so that one which the host refuses keeps no other back; false when one was refused. */
async function showAll(
  deps: ReportProgressDeps,
  request: WorkRequest,
  { run, first }: { run: Run; first: boolean },
): Promise<boolean> {
  let complete = true;
  const refused = (thrown: unknown): undefined => {
    if (!(thrown instanceof AppError) || thrown.retryable) throw thrown;
    complete = false;
    deps.logger.warn({ requestId: request.id, code: thrown.code, err: thrown }, 'the host refuses our report');
  };
  await acknowledge(deps, request, { first }).catch(refused);
  const check = await showCheck(deps, request, run).catch(refused);
  const gate = run.awaiting === null ? undefined : await showGate(deps, request, run).catch(refused);
  await showComment(deps, request, { run, checkUrl: (gate ?? check)?.url }).catch(refused);
  return complete;
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
