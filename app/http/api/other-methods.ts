import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from './guard.ts';

/**
 * Answers every method that a path does not have with 405 and those it has (RFC 9110, 15.5.6), to anybody, as `/schema` tells it to
 * anybody. Called when all routes are there.
 */
export function refuseOtherMethods(api: OpenAPIHono<ApiEnv>): void {
  const methods = new Map<string, Set<string>>();
  for (const { method, path } of api.routes) {
    if (method === 'ALL') continue;
    const known = methods.get(path) ?? new Set();
    methods.set(path, known.add(method));
    if (method === 'GET') known.add('HEAD');
  }
  for (const [path, known] of methods) {
    const allow = [...known].toSorted().join(', ');
    api.all(path, (context) => context.json({ detail: `Method "${context.req.method}" not allowed.` }, 405, { allow }));
  }
}
