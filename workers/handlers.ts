import type { JobName, JobPayload } from '#core/contracts/jobs.ts';
import { followIncident, type FollowIncidentDeps } from '#core/usecases/alert/follow-incident.ts';
import { continueRequest, type ContinueRequestDeps } from '#core/usecases/request/continue-request.ts';
import { executeRun, type ExecuteRunDeps } from '#core/usecases/run/execute-run.ts';
import { handleInbound, type HandleInboundDeps } from '#core/usecases/intake/handle-inbound.ts';
import { reportProgress, type ReportProgressDeps } from '#core/usecases/report/report-progress.ts';

/** One handler per job; a job without one does not compile. The signal aborts when the process drains. */
export type Handlers = {
  readonly [Name in JobName]: (payload: JobPayload<Name>, signal: AbortSignal) => Promise<void>;
};

/** Which use case does which job. */
export function handlersOf(
  deps: HandleInboundDeps & ExecuteRunDeps & ReportProgressDeps & ContinueRequestDeps & FollowIncidentDeps,
): Handlers {
  return {
    'handle-delivery': ({ deliveryId }) => handleInbound(deps, deliveryId),
    'execute-run': ({ runId }, signal) => executeRun(deps, runId, signal),
    'report-progress': ({ requestId }) => reportProgress(deps, requestId),
    'continue-request': ({ requestId }) => continueRequest(deps, requestId),
    'follow-incident': ({ incidentId }) => followIncident(deps, incidentId),
  };
}
