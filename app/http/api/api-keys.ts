import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { ApiKeyView, MadeApiKey, NewApiKey } from '#core/contracts/http/api-keys.ts';
import { apiKeyView, makeApiKey, type ApiKeyDeps } from '#core/usecases/access/make-api-key.ts';
import { access, FAILURES, json, WRITE_FAILURES } from './route-access.ts';
import { found } from './found.ts';
import type { ApiEnv } from './guard.ts';

const ACCESS = access({ action: 'admin', resource: 'api-key' });
/** Keys of one tenant that are listed. */
const KEYS_MAX = 1_000;

const list = createRoute({
  ...ACCESS,
  method: 'get',
  path: '/api-keys',
  summary: 'API keys of the tenant, newest first, revoked ones included',
  responses: { 200: json(z.array(ApiKeyView), 'The keys'), ...FAILURES },
});

const make = createRoute({
  ...ACCESS,
  method: 'post',
  path: '/api-keys',
  summary: 'Makes an API key; the answer is the only place that shows it',
  request: { body: { required: true, content: { 'application/json': { schema: NewApiKey } } } },
  responses: { 201: json(MadeApiKey, 'The key'), ...WRITE_FAILURES },
});

const revoke = createRoute({
  ...ACCESS,
  method: 'delete',
  path: '/api-keys/{id}',
  summary: 'Revokes an API key; it is refused from then on',
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: 'It is revoked' }, ...FAILURES },
});

/** `/api-keys`: for administrators of a tenant. */
export function apiKeyRoutes(api: OpenAPIHono<ApiEnv>, deps: ApiKeyDeps): void {
  api.openapi(list, async (context) => {
    const keys = await deps.store.apiKeys.list(context.var.identity.tenantId, KEYS_MAX);
    const now = deps.runtime.now();
    return context.json(
      keys.map((key) => apiKeyView(key, now)),
      200,
    );
  });
  api.openapi(make, async (context) => {
    const made = await makeApiKey(deps, context.var.identity, context.req.valid('json'));
    context.header('location', `/api/api-keys/${made.id}/`);
    context.header('cache-control', 'no-store');
    return context.json(made, 201);
  });
  api.openapi(revoke, async (context) => {
    const { id } = context.req.valid('param');
    found((await deps.store.apiKeys.revoke(context.var.identity.tenantId, id)) || undefined);
    return context.body(null, 204);
  });
}
