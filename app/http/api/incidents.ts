import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { IncidentDetail, IncidentQuery, IncidentSummary } from '#core/contracts/http/incidents.ts';
import { listIncidents, viewIncident, type ViewIncidentsDeps } from '#core/usecases/view/view-incidents.ts';
import { found } from './found.ts';
import type { ApiEnv } from './guard.ts';
import { linkNextPage, pageOf, pageOfRows } from './next-page.ts';
import { access, FAILURES, json } from './route-access.ts';

/** Whoever may read alerts may read what they are grouped into. */
const ACCESS = access({ action: 'read', resource: 'alert' });

const list = createRoute({
  ...ACCESS,
  method: 'get',
  path: '/incidents',
  summary: 'Groups of alerts with one cause, newest first',
  request: { query: IncidentQuery },
  responses: { 200: json(z.array(IncidentSummary), 'A page of incidents'), ...FAILURES },
});

const read = createRoute({
  ...ACCESS,
  method: 'get',
  path: '/incidents/{id}',
  summary: 'One incident with all that is known of it',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(IncidentDetail, 'The incident'), ...FAILURES },
});

/** `/incidents`: lists and reads groups of alerts. */
export function incidentRoutes(api: OpenAPIHono<ApiEnv>, deps: ViewIncidentsDeps): void {
  api.openapi(list, async (context) => {
    const { state, ...query } = context.req.valid('query');
    const page = { ...pageOf(query), state };
    const rows = await listIncidents(deps, context.var.identity.tenantId, page);
    linkNextPage(context, pageOfRows(rows), page.countMax);
    return context.json(rows, 200);
  });
  api.openapi(read, async (context) => {
    const incident = await viewIncident(deps, context.var.identity.tenantId, context.req.valid('param').id);
    return context.json(found(incident), 200);
  });
}
