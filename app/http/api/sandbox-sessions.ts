import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { SandboxSession } from '#core/contracts/http/sandbox-sessions.ts';
import type { ApiEnv } from './guard.ts';
import { access, FAILURES, json } from './route-access.ts';

const list = createRoute({
  ...access({ action: 'read', resource: 'session' }),
  method: 'get',
  path: '/sandbox/sessions',
  summary: 'Workspaces that clients opened; none can be opened yet, so the list is empty',
  responses: { 200: json(z.array(SandboxSession), 'The sessions'), ...FAILURES },
});

/** `/sandbox/sessions`: here before the sessions themselves, so that whoever shows them need not ask whether there are any. */
export function sandboxSessionRoutes(api: OpenAPIHono<ApiEnv>): void {
  api.openapi(list, (context) => context.json([], 200));
}
