import type { AlertSummary } from '../../contracts/http/alerts.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { Alerts } from '../../ports/alerts.ts';
import type { HistoryPage } from '../../ports/history.ts';

/** What looking at alerts needs. */
export interface ViewAlertsDeps {
  readonly store: { readonly alerts: Pick<Alerts, 'list'> };
  readonly redactor: Redactor;
}

/** What error trackers told a tenant, newest first. Throws as the store does. */
export async function listAlerts(deps: ViewAlertsDeps, tenantId: string, page: HistoryPage): Promise<AlertSummary[]> {
  const shown = (words: string | null): string | null => (words === null ? null : deps.redactor.redact(words));
  const alerts = await deps.store.alerts.list(tenantId, page);
  return alerts.map((alert) => ({
    id: alert.id,
    source: alert.source,
    tracker: alert.tracker,
    occasion: alert.occasion,
    issue_id: alert.issueId,
    issue_url: shown(alert.issueUrl),
    projects: alert.projects.map((name) => deps.redactor.redact(name)),
    title: deps.redactor.redact(alert.title),
    level: shown(alert.level),
    environment: shown(alert.environment),
    release: shown(alert.release),
    repository: alert.repository,
    outcome: alert.outcome,
    created_at: alert.createdAt,
  }));
}
