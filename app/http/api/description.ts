import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { docsPage } from './docs-page.ts';
import type { ApiEnv } from './guard.ts';
import { access } from './route-access.ts';

const DOCUMENT = {
  openapi: '3.1.0',
  info: {
    title: 'AstraForge',
    version: '1',
    description: 'Requests, runs and changes of one tenant. Paths answer with and without a trailing slash.',
  },
  servers: [{ url: '/api' }],
};

const schema = createRoute({
  ...access('open'),
  method: 'get',
  path: '/schema',
  summary: 'This description',
  responses: { 200: { description: 'OpenAPI 3.1, as JSON' } },
});

const docs = createRoute({
  ...access('open'),
  method: 'get',
  path: '/docs',
  summary: 'This description for people',
  responses: { 200: { description: 'A page without scripts' } },
});

/** Nothing may be loaded or run by the page. */
const POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `/schema` and `/docs`: what the API says of itself, made from the very routes that answer. */
export function descriptionRoutes(api: OpenAPIHono<ApiEnv>): void {
  api.openapi(schema, () => Response.json(api.getOpenAPI31Document(DOCUMENT)));
  api.openapi(docs, (context) => {
    context.header('content-security-policy', POLICY);
    context.header('x-content-type-options', 'nosniff');
    return context.html(docsPage(api.getOpenAPI31Document(DOCUMENT)));
  });
}
