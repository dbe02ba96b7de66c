import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { PageQuery } from '#core/contracts/http/pages.ts';
import { RunDetail, RunQuery, RunSummary } from '#core/contracts/http/runs.ts';
import { AppError } from '#core/domain/errors.ts';
import type { RunFilter } from '#core/ports/history.ts';
import { listRuns, viewRun, type ViewRunDeps } from '#core/usecases/view/view-run.ts';
import { access, FAILURES, json } from './route-access.ts';
import { found } from './found.ts';
import type { ApiEnv } from './guard.ts';
import { linkNextPage, pageOf, pageOfRows } from './next-page.ts';

const ACCESS = access({ action: 'read', resource: 'run' });

const list = createRoute({
  ...ACCESS,
  method: 'get',
  path: '/runs',
  summary: 'Runs, newest first',
  request: { query: PageQuery.extend(RunQuery.shape) },
  responses: { 200: json(z.array(RunSummary), 'A page of runs'), ...FAILURES },
});

const read = createRoute({
  ...ACCESS,
  method: 'get',
  path: '/runs/{id}',
  summary: 'One run with its diff and the end of its log',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(RunDetail, 'The run'), ...FAILURES },
});

/** `/runs`: lists and reads executions of requests. */
export function runRoutes(api: OpenAPIHono<ApiEnv>, deps: ViewRunDeps): void {
  api.openapi(list, async (context) => {
    const query = context.req.valid('query');
    const page = pageOf(query);
    const rows = await listRuns(deps, context.var.identity.tenantId, { filter: filterOf(query), page });
    linkNextPage(context, pageOfRows(rows), page.countMax);
    return context.json([...rows], 200);
  });
  api.openapi(read, async (context) => {
    const run = await viewRun(deps, context.var.identity.tenantId, context.req.valid('param').id);
    return context.json(found(run), 200);
  });
}

/** Numbers of repositories and people mean something on their own host only. */
function filterOf(query: RunQuery): RunFilter {
  const { provider, repository_id: repositoryId, requester_id: requesterId, request_id: requestId } = query;
  const { state: status, repository: repoName, requester: requesterLogin, source, since, until } = query;
  if (provider === undefined && (repositoryId ?? requesterId) !== undefined)
    throw new AppError('invalid', 'Listing runs: `repository_id` and `requester_id` need `provider`');
  return {
    ...(requestId === undefined ? {} : { requestId }),
    ...(provider === undefined || repositoryId === undefined ? {} : { repo: { provider, id: repositoryId } }),
    ...(provider === undefined || requesterId === undefined ? {} : { requester: { provider, id: requesterId } }),
    ...(repoName === undefined ? {} : { repoName }),
    ...(requesterLogin === undefined ? {} : { requesterLogin }),
    ...(provider === undefined ? {} : { namesOf: provider }),
    ...(status === undefined ? {} : { status }),
    ...(source === undefined ? {} : { source }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}
