import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { AlertSummary } from '#core/contracts/http/alerts.ts';
import { PageQuery } from '#core/contracts/http/pages.ts';
import { listAlerts, type ViewAlertsDeps } from '#core/usecases/view/view-alerts.ts';
import type { ApiEnv } from './guard.ts';
import { linkNextPage, pageOf, pageOfRows } from './next-page.ts';
import { access, FAILURES, json } from './route-access.ts';

const list = createRoute({
  ...access({ action: 'read', resource: 'alert' }),
  method: 'get',
  path: '/alerts',
  summary: 'What error trackers told, newest first',
  request: { query: PageQuery },
  responses: { 200: json(z.array(AlertSummary), 'A page of alerts'), ...FAILURES },
});

/** `/alerts`: lists what error trackers told. */
export function alertRoutes(api: OpenAPIHono<ApiEnv>, deps: ViewAlertsDeps): void {
  api.openapi(list, async (context) => {
    const page = pageOf(context.req.valid('query'));
    const rows = await listAlerts(deps, context.var.identity.tenantId, page);
    linkNextPage(context, pageOfRows(rows), page.countMax);
    return context.json(rows, 200);
  });
}
