import type { AlertDetail, AlertSummary } from '../../contracts/http/alerts.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { Alerts, ListedAlert } from '../../ports/alerts.ts';

/** What looking at alerts needs. */
export interface ViewAlertsDeps {
  readonly store: { readonly alerts: Pick<Alerts, 'list' | 'find'> };
  readonly redactor: Redactor;
}

/** What error trackers told a tenant, newest first. Throws as the store does. */
export async function listAlerts(
  deps: ViewAlertsDeps,
  tenantId: string,
  page: Parameters<Alerts['list']>[1],
): Promise<AlertSummary[]> {
  const alerts = await deps.store.alerts.list(tenantId, page);
  return alerts.map((alert) => summaryOf(alert, deps.redactor));
}

/** One of them with all that is known of it; undefined when the tenant has no such alert. */
export async function viewAlert(deps: ViewAlertsDeps, tenantId: string, id: string): Promise<AlertDetail | undefined> {
  const alert = await deps.store.alerts.find(tenantId, id);
  if (alert === undefined) return undefined;
  const shown = showing(deps.redactor);
  return { ...summaryOf(alert, deps.redactor), cause: shown(alert.cause), account: shown(alert.account) };
}

function showing(redactor: Redactor): (words: string | null) => string | null {
  return (words) => (words === null ? null : redactor.redact(words));
}

function summaryOf(alert: ListedAlert, redactor: Redactor): AlertSummary {
  const shown = showing(redactor);
  return {
    id: alert.id,
    source: alert.source,
    tracker: alert.tracker,
    occasion: alert.occasion,
    issue_id: alert.issueId,
    issue_url: shown(alert.issueUrl),
    projects: alert.projects.map((name) => redactor.redact(name)),
    title: redactor.redact(alert.title),
    level: shown(alert.level),
    environment: shown(alert.environment),
    release: shown(alert.release),
    repository: alert.repository,
    outcome: alert.outcome,
    incident_id: alert.incidentId,
    created_at: alert.createdAt,
  };
}
