import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { PageQuery } from '#core/contracts/http/pages.ts';
import { RequestDetail, RequestSummary } from '#core/contracts/http/requests.ts';
import { listRequests, viewRequest, type ViewRequestDeps } from '#core/usecases/view/view-request.ts';
import { access, FAILURES, json } from './route-access.ts';
import { found } from './found.ts';
import type { ApiEnv } from './guard.ts';
import { linkNextPage, pageOf, pageOfRows } from './next-page.ts';

const ACCESS = access({ action: 'read', resource: 'request' });

const list = createRoute({
  ...ACCESS,
  method: 'get',
  path: '/requests',
  summary: 'Requests, newest first',
  request: { query: PageQuery },
  responses: { 200: json(z.array(RequestSummary), 'A page of requests'), ...FAILURES },
});

const read = createRoute({
  ...ACCESS,
  method: 'get',
  path: '/requests/{id}',
  summary: 'One request with its runs and its conversation',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(RequestDetail, 'The request'), ...FAILURES },
});

/** `/requests`: lists and reads what was asked for. */
export function requestRoutes(api: OpenAPIHono<ApiEnv>, deps: ViewRequestDeps): void {
  api.openapi(list, async (context) => {
    const page = pageOf(context.req.valid('query'));
    const rows = await listRequests(deps, context.var.identity.tenantId, page);
    linkNextPage(context, pageOfRows(rows), page.countMax);
    return context.json([...rows], 200);
  });
  api.openapi(read, async (context) => {
    const request = await viewRequest(deps, context.var.identity.tenantId, context.req.valid('param').id);
    return context.json(found(request), 200);
  });
}
