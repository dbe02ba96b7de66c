import type { MergeRequestDetail, MergeRequestSummary } from '../../contracts/http/merge-requests.ts';
import { titleOf } from '../../domain/run/proposal.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import { branchOf, type WorkRequest } from '../../domain/request/work-request.ts';
import type { History, HistoryCursor, HistoryPage, RunLine } from '../../ports/history.ts';

/** What looking at changes needs. */
export interface ViewChangeDeps {
  readonly history: History;
  readonly redactor: Redactor;
}

/** Pull and merge requests of a tenant's requests, newest run first, and where the page ends. Throws as the history does. */
export async function listChanges(
  deps: ViewChangeDeps,
  tenantId: string,
  page: HistoryPage,
): Promise<{ changes: readonly MergeRequestSummary[]; last: HistoryCursor | undefined }> {
  const lines = await deps.history.changes(tenantId, page);
  return { changes: lines.flatMap((line) => summaryOf(line, deps.redactor) ?? []), last: lines.at(-1)?.run };
}

/** The change of a request with its diff; undefined when the tenant has no such request or it has no change. */
export async function viewChange(
  deps: ViewChangeDeps,
  tenantId: string,
  requestId: string,
): Promise<MergeRequestDetail | undefined> {
  const record = await deps.history.request(tenantId, requestId);
  const newest = record?.runs.findLast((run) => run.change !== null);
  const line = newest && (await deps.history.run(tenantId, newest.id));
  const summary = line && summaryOf(line, deps.redactor);
  if (line === undefined || summary === undefined) return undefined;
  return { ...summary, diff: deps.redactor.redact(new TextDecoder().decode(line.diff ?? new Uint8Array())) };
}

function summaryOf({ run, request }: RunLine, redactor: Redactor): MergeRequestSummary | undefined {
  if (run.change === null) return undefined;
  const title = titleOf(redactor.redact(request.prompt));
  return {
    id: request.id,
    request_id: request.id,
    request_title: title,
    run_id: run.id,
    title,
    description: redactor.redact(run.finalMessage ?? ''),
    target_branch: request.base.ref,
    source_branch: branchOf(request.id),
    status: statusOf(request),
    ref: run.change.url,
    created_at: run.finishedAt ?? run.createdAt,
  };
}

/** A change whose branch or repository is gone cannot be merged any more. */
function statusOf({ ended }: WorkRequest): MergeRequestSummary['status'] {
  if (ended === null) return 'OPEN';
  return ended === 'merged' ? 'MERGED' : 'CLOSED';
}
