import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { MergeRequestDetail, MergeRequestSummary } from '#core/contracts/http/merge-requests.ts';
import { PageQuery } from '#core/contracts/http/pages.ts';
import { listChanges, viewChange, type ViewChangeDeps } from '#core/usecases/view/view-change.ts';
import { access, FAILURES, json } from './route-access.ts';
import { found } from './found.ts';
import type { ApiEnv } from './guard.ts';
import { linkNextPage, pageOf } from './next-page.ts';

const ACCESS = access({ action: 'read', resource: 'change' });

const list = createRoute({
  ...ACCESS,
  method: 'get',
  path: '/merge-requests',
  summary: 'Pull and merge requests that runs opened, newest first',
  request: { query: PageQuery },
  responses: { 200: json(z.array(MergeRequestSummary), 'A page of changes'), ...FAILURES },
});

const read = createRoute({
  ...ACCESS,
  method: 'get',
  path: '/merge-requests/{id}',
  summary: 'One pull or merge request with its diff',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(MergeRequestDetail, 'The change'), ...FAILURES },
});

/** `/merge-requests`: lists and reads changes. */
export function mergeRequestRoutes(api: OpenAPIHono<ApiEnv>, deps: ViewChangeDeps): void {
  api.openapi(list, async (context) => {
    const page = pageOf(context.req.valid('query'));
    const { changes: rows, last } = await listChanges(deps, context.var.identity.tenantId, page);
    linkNextPage(context, { rows, last }, page.countMax);
    return context.json([...rows], 200);
  });
  api.openapi(read, async (context) => {
    const change = await viewChange(deps, context.var.identity.tenantId, context.req.valid('param').id);
    return context.json(found(change), 200);
  });
}
