import type { RunExport } from '../../contracts/http/run-export.ts';
import type { ModelCalls } from '../../ports/model-calls.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { readLog } from './follow-log.ts';
import { viewRequest, type ViewRequestDeps } from './view-request.ts';
import { viewRun, type ViewRunDeps } from './view-run.ts';

/** What exporting needs. */
export interface ExportRunDeps extends ViewRunDeps, ViewRequestDeps {
  readonly store: { readonly modelCalls: Pick<ModelCalls, 'eachCall'> };
  readonly runtime: Pick<Runtime, 'now'>;
}

type Parts = { readonly [Part in keyof RunExport]: RunExport[Part] };
type Small = Omit<Parts, 'log' | 'model_calls'>;

/** The parts of an export that are small, and those that are read piece by piece. */
export interface ExportedRun {
  readonly small: Small;
  readonly log: AsyncIterable<RunExport['log'][number]>;
  readonly modelCalls: AsyncIterable<RunExport['model_calls'][number]>;
}

/** Everything that is kept of a run; undefined when the tenant has none of that id. Throws as the store does. */
export async function exportRun(deps: ExportRunDeps, tenantId: string, id: string): Promise<ExportedRun | undefined> {
  const detail = await viewRun(deps, tenantId, id);
  const request = detail && (await viewRequest(deps, tenantId, detail.request_id));
  if (detail === undefined || request === undefined) return undefined;
  const { events: _events, events_omitted: _omitted, diff, ...run } = detail;
  const record = await deps.history.request(tenantId, run.request_id);
  const redact = (text: string): string => deps.redactor.redact(text);
  return {
    small: {
      format: 'astraforge.run/1',
      exported_at: deps.runtime.now(),
      request,
      run,
      messages: (record?.messages ?? []).map((said) => ({
        id: said.id,
        author: { id: said.actor.id, login: said.actor.login },
        text: redact(said.text),
        created_at: said.createdAt,
      })),
      approvals: (await deps.history.decisions(tenantId, id)).map(({ decision, subject, by, reason, at }) => ({
        decision,
        subject,
        author: by,
        reason: redact(reason),
        created_at: at,
      })),
      diff,
    },
    log: readLog(deps, { tenantId, requestId: run.request_id, runId: id }, 0),
    modelCalls: callsOf(deps, id),
  };
}

async function* callsOf({ store, redactor }: ExportRunDeps, runId: string): ExportedRun['modelCalls'] {
  for await (const call of store.modelCalls.eachCall(runId)) {
    yield {
      started_at: call.startedAt,
      took_ms: call.tookMs,
      status: call.status,
      model: call.model,
      request: redactor.redact(call.request),
      response: redactor.redact(call.response),
      cut: call.cut,
    };
  }
}
