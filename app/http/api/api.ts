import { OpenAPIHono } from '@hono/zod-openapi';
import type { Identity } from '#core/domain/rules/access.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { Tenants } from '#core/ports/access/tenants.ts';
import type { ApiKeyDeps } from '#core/usecases/access/make-api-key.ts';
import type { ViewOverviewDeps } from '#core/usecases/view/view-overview.ts';
import type { ViewRequestDeps } from '#core/usecases/view/view-request.ts';
import type { ViewRunDeps } from '#core/usecases/view/view-run.ts';
import type { ViewSettingsDeps } from '#core/usecases/view/view-settings.ts';
import type { IdempotentCalls, RateLimiter } from '#core/ports/access/api-calls.ts';
import type { ViewAlertsDeps } from '#core/usecases/view/view-alerts.ts';
import type { ViewIncidentsDeps } from '#core/usecases/view/view-incidents.ts';
import { alertRoutes } from './alerts.ts';
import { answerError, fieldErrors } from './answer-error.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { descriptionRoutes } from './description.ts';
import type { ApiEnv } from './guard.ts';
import { mergeRequestRoutes } from './merge-requests.ts';
import { incidentRoutes } from './incidents.ts';
import { meRoutes } from './me.ts';
import { newRequestRoutes, type NewRequestDeps } from './new-requests.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { overviewRoutes } from './overview.ts';
import { repositoryLinkRoutes, type RepositoryLinkDeps } from './repository-links.ts';
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
  ViewAlertsDeps &
  ViewIncidentsDeps &
  ViewOverviewDeps &
  ViewSettingsDeps &
  RunExportDeps &
  RunStreamDeps &
  NewRequestDeps &
  RepositoryLinkDeps &
  SignInLinkDeps & {
    readonly store: { readonly tenants: Pick<Tenants, 'read'>; readonly idempotentCalls: IdempotentCalls };
    readonly logger: Logger;
    readonly limiter: RateLimiter;
    /** Says who calls, by the headers of a call; undefined for nobody we know. */
    readonly authenticate: (headers: Headers) => Promise<Identity | undefined>;
    /** The address people use, when it is configured. */
    readonly publicUrl: string | undefined;
    /** Name of the cookie of a session, for the description. */
    readonly sessionCookie: string;
  };

/** The REST API, to be mounted under `/api`. Everything but its own description asks who calls. */
export function createApi(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const api = new OpenAPIHono<ApiEnv>({
    strict: false,
    defaultHook: (result, context) => (result.success ? undefined : context.json(fieldErrors(result.error), 400)),
  });
  api.use('*', async (context, next) => {
    context.set('authenticate', deps.authenticate);
    context.set('publicUrl', deps.publicUrl);
    context.set('limiter', deps.limiter);
    context.set('idempotentCalls', deps.store.idempotentCalls);
    context.set('runtime', deps.runtime);
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
  alertRoutes(api, deps);
  incidentRoutes(api, deps);
  overviewRoutes(api, deps);
  sandboxSessionRoutes(api);
  settingsRoutes(api, deps);
  apiKeyRoutes(api, deps);
  signInLinkRoutes(api, deps);
  repositoryLinkRoutes(api, deps);
  newRequestRoutes(api, deps);
  descriptionRoutes(api);
  refuseOtherMethods(api);
  api.notFound((context) => context.json({ detail: 'Not found.' }, 404));
  api.onError((thrown, context) => answerError(thrown, context, deps.logger));
  return api;
}
