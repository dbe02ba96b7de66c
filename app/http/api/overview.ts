import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { Overview, OverviewQuery } from '#core/contracts/http/overview.ts';
import { viewOverview, type ViewOverviewDeps } from '#core/usecases/view/view-overview.ts';
import type { ApiEnv } from './guard.ts';
import { access, FAILURES, json } from './route-access.ts';

const read = createRoute({
  ...access({ action: 'read', resource: 'run' }),
  method: 'get',
  path: '/overview',
  summary: 'What is under way, and what became of the runs of the last days',
  request: { query: OverviewQuery },
  responses: { 200: json(Overview, 'The overview'), ...FAILURES },
});

/** `/overview`: figures of the tenant. */
export function overviewRoutes(api: OpenAPIHono<ApiEnv>, deps: ViewOverviewDeps): void {
  api.openapi(read, async (context) => {
    const { days } = context.req.valid('query');
    return context.json(await viewOverview(deps, context.var.identity.tenantId, days), 200);
  });
}
