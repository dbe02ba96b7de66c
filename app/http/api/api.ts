import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { Identity } from '#core/domain/rules/access.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { Tenants } from '#core/ports/tenants.ts';
import type { ApiKeyDeps } from '#core/usecases/access/make-api-key.ts';
import type { ViewOverviewDeps } from '#core/usecases/view/view-overview.ts';
import type { ViewRequestDeps } from '#core/usecases/view/view-request.ts';
import type { ViewRunDeps } from '#core/usecases/view/view-run.ts';
import type { ViewSettingsDeps } from '#core/usecases/view/view-settings.ts';
import { answerError, fieldErrors } from './answer-error.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { access } from './route-access.ts';
import type { ApiEnv } from './guard.ts';
import { mergeRequestRoutes } from './merge-requests.ts';
import { meRoutes } from './me.ts';
import { overviewRoutes } from './overview.ts';
import { requestRoutes } from './requests.ts';
import { runExportRoutes, type RunExportDeps } from './run-export.ts';
import { runStreamRoutes, type RunStreamDeps } from './run-stream.ts';
import { runRoutes } from './runs.ts';
import { sandboxSessionRoutes } from './sandbox-sessions.ts';
import { settingsRoutes } from './settings.ts';
import { signInLinkRoutes, type SignInLinkDeps } from './sign-in-links.ts';

/** What the API is made of. */
export type ApiDeps = ViewRunDeps &
  ViewRequestDeps &
  ApiKeyDeps &
  ViewOverviewDeps &
  ViewSettingsDeps &
  RunExportDeps &
  RunStreamDeps &
  SignInLinkDeps & {
    readonly store: { readonly tenants: Pick<Tenants, 'read'> };
    readonly logger: Logger;
    /** Says who calls, by the headers of a call; undefined for nobody we know. */
    readonly authenticate: (headers: Headers) => Promise<Identity | undefined>;
    /** The address people use, when it is configured. */
    readonly publicUrl: string | undefined;
    /** Name of the cookie of a session, for the description. */
    readonly sessionCookie: string;
  };

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
  responses: {
    200: { description: 'OpenAPI 3.1, as JSON' },
  },
});

/** The REST API, to be mounted under `/api`. Everything but its own description asks who calls. */
export function createApi(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const api = new OpenAPIHono<ApiEnv>({
    strict: false,
    defaultHook: (result, context) => (result.success ? undefined : context.json(fieldErrors(result.error), 400)),
  });
  api.use('*', async (context, next) => {
    context.set('authenticate', deps.authenticate);
    context.set('publicUrl', deps.publicUrl);
    await next();
  });
  const key = { type: 'apiKey', in: 'header', name: 'X-Api-Key' } as const;
  api.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', key);
  const session = { type: 'apiKey', in: 'cookie', name: deps.sessionCookie } as const;
  api.openAPIRegistry.registerComponent('securitySchemes', 'session', session);
  meRoutes(api, deps);
  requestRoutes(api, deps);
  runRoutes(api, deps);
  runStreamRoutes(api, deps);
  runExportRoutes(api, deps);
  mergeRequestRoutes(api, deps);
  overviewRoutes(api, deps);
  sandboxSessionRoutes(api);
  settingsRoutes(api, deps);
  apiKeyRoutes(api, deps);
  signInLinkRoutes(api, deps);
  api.openapi(schema, () => Response.json(api.getOpenAPI31Document(DOCUMENT)));
  api.notFound((context) => context.json({ detail: 'Not found.' }, 404));
  api.onError((thrown, context) => answerError(thrown, context, deps.logger));
  return api;
}
