import type { IncidentDetail, IncidentSummary } from '../../contracts/http/incidents.ts';
import type { Incident } from '../../domain/alert/incident.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { Incidents } from '../../ports/incidents.ts';

/** What looking at incidents needs. */
export interface ViewIncidentsDeps {
  readonly store: { readonly incidents: Pick<Incidents, 'list' | 'find'> };
  readonly redactor: Redactor;
}

/** A tenant's incidents, newest first. Throws as the store does. */
export async function listIncidents(
  deps: ViewIncidentsDeps,
  tenantId: string,
  page: Parameters<Incidents['list']>[1],
): Promise<IncidentSummary[]> {
  const incidents = await deps.store.incidents.list(tenantId, page);
  return incidents.map((incident) => summaryOf(incident, deps.redactor));
}

/** One of them with all that is known of it; undefined when the tenant has no such incident. */
export async function viewIncident(
  deps: ViewIncidentsDeps,
  tenantId: string,
  id: string,
): Promise<IncidentDetail | undefined> {
  const incident = await deps.store.incidents.find(tenantId, id);
  if (incident === undefined) return undefined;
  const { redactor } = deps;
  return {
    ...summaryOf(incident, redactor),
    reason: incident.reason === null ? null : redactor.redact(incident.reason),
    account: redactor.redact(incident.account),
    issue_ids: incident.issueIds.map((issue) => redactor.redact(issue)),
    releases: incident.releases.map((release) => redactor.redact(release)),
    release_sha: incident.releaseSha,
    merged: incident.merged,
    storm_id: incident.stormId,
  };
}

function summaryOf(incident: Incident, redactor: Redactor): IncidentSummary {
  const { id, source, tracker, repository, kind, state, act, alerts, round, thread } = incident;
  const shown = (words: string | null): string | null => (words === null ? null : redactor.redact(words));
  return {
    ...{ id, source, tracker, repository, kind, state, act, alerts, round },
    title: redactor.redact(incident.title),
    level: shown(incident.level),
    environment: shown(incident.environment),
    issue_url: shown(incident.issueUrl),
    request_id: incident.requestId,
    thread: thread && { number: thread.number, url: redactor.redact(thread.url) },
    created_at: incident.createdAt,
    last_at: incident.lastAt,
  };
}
