import type { RunDetail, RunSummary } from '../../contracts/http/runs.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import { titleOf } from '../../domain/run/proposal.ts';
import { fullName } from '../../domain/host/repo.ts';
import { isSettled, type Run, type RunStatus } from '../../domain/run/run.ts';
import { branchOf } from '../../domain/request/work-request.ts';
import type { History, HistoryPage, RunFilter, RunLine } from '../../ports/history.ts';
import type { RunLogRecord } from '../../ports/store.ts';
import { viewProof } from './view-proof.ts';

/** What looking at runs needs. */
export interface ViewRunDeps {
  readonly history: History;
  readonly log: RunLogRecord;
  readonly redactor: Redactor;
}

/** Events that are given with a run. A log can have a hundred thousand; whoever wants all of them follows the stream. */
const EVENTS_MAX = 1_000;

/** A tenant's runs, newest first. Throws AppError as the history does. */
export async function listRuns(
  deps: ViewRunDeps,
  tenantId: string,
  which: { filter: RunFilter; page: HistoryPage },
): Promise<readonly RunSummary[]> {
  const lines = await deps.history.runs(tenantId, which.filter, which.page);
  return lines.map((line) => runSummary(line, deps.redactor));
}

/** One run with its diff and the newest events of its log; undefined when the tenant has none of that id. */
export async function viewRun(deps: ViewRunDeps, tenantId: string, id: string): Promise<RunDetail | undefined> {
  const line = await deps.history.run(tenantId, id);
  if (line === undefined) return undefined;
  const { run } = line;
  const { tail, total } = await deps.log.readLogEnds(run.id, { head: 0, tail: EVENTS_MAX });
  const redact = (text: string): string => deps.redactor.redact(text);
  return {
    ...runSummary(line, deps.redactor),
    events: [...tail],
    events_omitted: total - tail.length,
    log_deleted_at: line.logPrunedAt,
    diff: line.diff === null ? '' : redact(new TextDecoder().decode(line.diff)),
    reports: {},
    artifacts: artifactsOf(run, redact),
    plan: run.plan === null ? null : redact(run.plan),
    approval: {
      needed: run.task.approval,
      awaiting: run.status === 'awaiting_approval' ? (run.awaiting?.subject ?? null) : null,
      approved_by: run.approved?.by.login ?? null,
      approved_at: run.approved?.at ?? null,
    },
    proof: run.proof && viewProof(run.proof, redact),
    commands: run.commands.map(({ command, exitCode }) => ({ command: redact(command), exit_code: exitCode })),
    blocked: { ...run.blocked },
    ...(run.failure === null ? {} : { error: redact(run.failure.message) }),
  };
}

function artifactsOf(run: Run, redact: (text: string) => string): RunDetail['artifacts'] {
  return {
    ...pushedIn(run),
    ...(run.finalMessage === null ? {} : { final_message: redact(run.finalMessage) }),
    ...(run.savedBranch === null ? {} : { saved_branch: run.savedBranch }),
  };
}

/** The branch a run worked on and the commit it put there, which runs of former versions did not note. */
export function pushedIn({ pushed, change, requestId }: Run): { branch?: string; commit?: string } {
  if (pushed !== null) return { branch: pushed.branch, commit: pushed.sha };
  return change === null ? {} : { branch: branchOf(requestId) };
}

/** A run as lists show it. */
function runSummary({ run, request, diffBytes }: RunLine, redactor: Redactor): RunSummary {
  const { usage } = run;
  const failure = run.failure && { code: run.failure.code, message: redactor.redact(run.failure.message) };
  return {
    id: run.id,
    request_id: run.requestId,
    request_title: redactor.redact(titleOf(request.prompt)),
    status: statusWord(run.status),
    state: run.status,
    kind: run.task.kind,
    repository: { provider: request.repo.provider, id: request.repo.id, full_name: fullName(request.repo) },
    requester: { id: request.requester.id, login: request.requester.login },
    thread: request.thread && {
      kind: request.thread.kind,
      number: request.thread.number,
      title: redactor.redact(request.thread.title),
    },
    created_at: run.createdAt,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    diff_size: diffBytes,
    cost_usd: run.costUsd,
    tokens: {
      input: usage.inputTokens,
      cached_input: usage.cachedInputTokens,
      output: usage.outputTokens,
      reasoning: usage.reasoningTokens,
    },
    change: run.change === null ? null : { number: run.change.number, url: run.change.url },
    failure,
  };
}

/** The status in the words existing clients know; what is not over is running to them. */
export function statusWord(status: RunStatus): RunSummary['status'] {
  if (!isSettled(status)) return 'running';
  return status === 'succeeded' || status === 'unchanged' ? 'completed' : 'failed';
}
