import type { Hono } from 'hono';
import { html } from 'hono/html';
import { signInByLink } from '#core/usecases/access/sign-in.ts';
import { isOwnCall } from '../same-origin.ts';
import type { AuthDeps } from './auth-deps.ts';
import { enter } from './enter.ts';
import { showPage, type Page } from './page.ts';

const HOW: Page = {
  title: 'Sign in by a link',
  body: html`<p>
      <code>npm start</code> prints a link with which its administrator signs in, once, within 15 minutes. In the same
      directory <code>npm run sign-in</code> prints a new one; elsewhere see <code>docs/guides/sign-in.md</code>.
    </p>
    <p>With an identity provider configured, everybody signs in there instead.</p>`,
};
const GONE: Page = {
  title: 'This link leads nowhere',
  body: html`<p>It was used, is older than 15 minutes, or a newer one took its place.</p>
    <a href="/auth/login">How to get a new one</a>`,
};
const NOT_OURS: Page = {
  title: 'This did not come from our page',
  body: html`<p>Open the link itself, and press its button.</p>`,
};

/** Where the link with this token leads. */
export function linkPath(token: string): string {
  return `/auth/link?token=${token}`;
}

/**
 * Signing in without an identity provider. Opening a link uses nothing up, since programs that show previews open links as
 * well; its button does.
 */
export function linkRoutes(auth: Hono, deps: AuthDeps): void {
  auth.get('/login', (context) => showPage(context, HOW));
  auth.get('/link', (context) => {
    const body = html`<form method="post" action="/auth/link">
      <input type="hidden" name="token" value="${context.req.query('token') ?? ''}" />
      <button>Sign in as administrator</button>
    </form>`;
    return showPage(context, { title: 'Sign in', body });
  });
  auth.post('/link', async (context) => {
    if (!isOwnCall(context.req.raw, deps.publicUrl)) return showPage(context, NOT_OURS, 403);
    const form = new URLSearchParams(await context.req.text());
    const signedIn = await signInByLink(deps, form.get('token') ?? '');
    if (signedIn.kind === 'refused') return showPage(context, GONE, 403);
    return enter(context, deps, { signedIn, returnTo: '/' });
  });
}
