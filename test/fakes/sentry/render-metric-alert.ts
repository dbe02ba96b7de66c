import type { TrackerWorld } from '../tracker/world.ts';

/** An alert on a number, as a test tells it. */
export interface MetricAlert {
  /** Slug of its project. */
  readonly project: string;
  readonly action: 'critical' | 'warning' | 'resolved';
  /** Name of the rule; default `Too many errors`. */
  readonly name?: string;
}

/** How often errors happen, as webhooks tell it: https://docs.sentry.io/product/alerts/alert-types/#metric-alerts */
export function renderMetricAlert(
  { webUrl, organization, now }: TrackerWorld,
  { project, action, name = 'Too many errors' }: MetricAlert,
): Record<string, unknown> {
  const date = new Date(now()).toISOString();
  const organizationId = String(organization.id);
  const projects = [project];
  return {
    description_title: `${action[0]?.toUpperCase()}${action.slice(1)}: ${name}`,
    description_text: '1000 events in the last 10 minutes',
    web_url: `${webUrl}/organizations/${organization.slug}/alerts/1/`,
    metric_alert: {
      id: '4',
      identifier: '1',
      title: name,
      type: 2,
      status: action === 'resolved' ? 2 : 20,
      status_method: 3,
      organization_id: organizationId,
      projects,
      date_created: date,
      date_detected: date,
      date_started: date,
      date_closed: action === 'resolved' ? date : null,
      alert_rule: {
        aggregate: 'count()',
        created_by: null,
        dataset: 'events',
        date_created: date,
        date_modified: date,
        environment: null,
        id: '7',
        include_all_projects: false,
        name,
        organization_id: organizationId,
        projects,
        query: 'level:error',
        resolution: 1,
        resolve_threshold: null,
        status: 0,
        threshold_period: 1,
        threshold_type: 0,
        time_window: 10,
        triggers: [],
      },
    },
  };
}
