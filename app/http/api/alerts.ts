import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { AlertDetail, AlertQuery, AlertSummary } from '#core/contracts/http/alerts.ts';
import { listAlerts, viewAlert, type ViewAlertsDeps } from '#core/usecases/view/view-alerts.ts';
import { found } from './found.ts';
import type { ApiEnv } from './guard.ts';
import { linkNextPage, pageOf, pageOfRows } from './next-page.ts';
import { access, FAILURES, json } from './route-access.ts';

const ACCESS = access({ action: 'read', resource: 'alert' });

const list = createRoute({
  ...ACCESS,
  method: 'get',
  path: '/alerts',
  summary: 'What error trackers told, newest first',
  request: { query: AlertQuery },
  responses: { 200: json(z.array(AlertSummary), 'A page of alerts'), ...FAILURES },
});

const read = createRoute({
  ...ACCESS,
  method: 'get',
  path: '/alerts/{id}',
  summary: 'One alert with all that is known of it',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(AlertDetail, 'The alert'), ...FAILURES },
});

/** `/alerts`: lists and reads what error trackers told. */
export function alertRoutes(api: OpenAPIHono<ApiEnv>, deps: ViewAlertsDeps): void {
  api.openapi(list, async (context) => {
    const { incident_id: incidentId, ...query } = context.req.valid('query');
    const page = { ...pageOf(query), incidentId };
    const rows = await listAlerts(deps, context.var.identity.tenantId, page);
    linkNextPage(context, pageOfRows(rows), page.countMax);
    return context.json(rows, 200);
  });
  api.openapi(read, async (context) => {
    const alert = await viewAlert(deps, context.var.identity.tenantId, context.req.valid('param').id);
    return context.json(found(alert), 200);
  });
}
