import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { html } from 'hono/html';
import { toAppError } from '#core/domain/errors.ts';
import type { AuthDeps } from './auth-deps.ts';
import { backChannelRoutes } from './back-channel.ts';
import { issuerRoutes } from './issuer.ts';
import { linkRoutes } from './link.ts';
import { pageHeaders, showPage } from './page.ts';
import { signOutRoutes } from './sign-out.ts';

/** A logout token is the longest thing that is sent here. */
const BODY_BYTES_MAX = 64 * 1024;

/** Signing in and out, to be mounted under `/auth`. */
export function createAuth(deps: AuthDeps): Hono {
  const auth = new Hono({ strict: false });
  auth.use('*', pageHeaders);
  auth.use('*', bodyLimit({ maxSize: BODY_BYTES_MAX, onError: (context) => context.text('Too large.', 413) }));
  if (deps.issuer === undefined) linkRoutes(auth, deps);
  else {
    issuerRoutes(auth, { ...deps, issuer: deps.issuer });
    backChannelRoutes(auth, { ...deps, issuer: deps.issuer });
  }
  signOutRoutes(auth, deps);
  auth.notFound((context) => showPage(context, { title: 'Not found', body: html`<a href="/">To AstraForge</a>` }, 404));
  auth.onError((thrown, context) => {
    const error = toAppError(thrown, 'Signing in');
    deps.logger.error({ err: error, path: context.req.path }, 'a sign-in failed');
    const body = html`<p>Something that signing in needs does not answer. It is in the log.</p>
      <a href="/auth/login">Try again</a>`;
    return showPage(context, { title: 'Signing in does not work just now', body }, error.retryable ? 503 : 500);
  });
  return auth;
}
