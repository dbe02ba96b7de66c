import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { Me } from '#core/contracts/http/me.ts';
import type { Tenants } from '#core/ports/access/tenants.ts';
import { access, FAILURES, json } from './route-access.ts';
import { found } from './found.ts';
import type { ApiEnv } from './guard.ts';

const read = createRoute({
  ...access({ action: 'read', resource: 'self' }),
  method: 'get',
  path: '/me',
  summary: 'Who calls, and what they may do',
  responses: { 200: json(Me, 'You'), ...FAILURES },
});

/** `/me`: tells callers who they are. */
export function meRoutes(
  api: OpenAPIHono<ApiEnv>,
  deps: { readonly store: { readonly tenants: Pick<Tenants, 'read'> } },
): void {
  api.openapi(read, async (context) => {
    const { kind, name, tenantId, role, actions } = context.var.identity;
    const { id, name: tenantName } = found(await deps.store.tenants.read(tenantId));
    context.header('cache-control', 'no-store');
    return context.json({ kind, name, tenant: { id, name: tenantName }, role, actions: [...actions] }, 200);
  });
}
