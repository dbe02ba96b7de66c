import type { Hono } from 'hono';
import { html } from 'hono/html';
import { signOut } from '#core/usecases/access/sign-in.ts';
import { isOwnCall } from '../same-origin.ts';
import type { AuthDeps } from './auth-deps.ts';
import { setCookie } from './enter.ts';
import { showPage } from './page.ts';

/** `POST /logout` ends the session here; the page after it leads to where one ends it at the issuer. */
export function signOutRoutes(auth: Hono, deps: AuthDeps): void {
  auth.post('/logout', async (context) => {
    if (!isOwnCall(context.req.raw, deps.publicUrl)) {
      return showPage(context, { title: 'This did not come from our page', body: html`<a href="/">Back</a>` }, 403);
    }
    const token = deps.cookies.readSession(context.req.raw.headers);
    if (token !== undefined) await signOut(deps, token);
    setCookie(context, deps.cookies.clearSession());
    return context.redirect('/auth/signed-out', 303);
  });
  auth.get('/signed-out', async (context) => {
    const elsewhere = await deps.issuer?.provider.signOutUrl().catch(() => undefined);
    const body = html`<p>Your session here is over.</p>
      ${
        elsewhere === undefined
          ? ''
          : html`<p>You may still be signed in at the identity provider.</p>
              <p><a href="${elsewhere}" rel="noreferrer">Sign out there as well</a></p>`
      }
      <a href="/auth/login">Sign in again</a>`;
    return showPage(context, { title: 'You are signed out', body });
  });
}
