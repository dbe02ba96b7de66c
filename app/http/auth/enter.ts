import type { Context } from 'hono';
import { html } from 'hono/html';
import { signOut, type SignedIn } from '#core/usecases/access/sign-in.ts';
import type { AuthDeps } from './auth-deps.ts';
import { showPage } from './page.ts';

const NOTHING_HERE = {
  'no role': 'The identity provider knows you, and you have no role in AstraForge. Whoever runs it can give you one.',
  'no tenant': 'The identity provider knows you, and what it says you belong to is not in AstraForge.',
  'no link': 'This link leads nowhere.',
} as const;

/** Lets in whoever has signed in, under a token that nobody knew before; the session this browser had is over. */
export async function enter(
  context: Context,
  deps: AuthDeps,
  { signedIn, returnTo }: { signedIn: SignedIn; returnTo: string },
): Promise<Response> {
  if (signedIn.kind === 'refused') {
    deps.logger.warn({ reason: signedIn.reason }, 'a sign-in was refused');
    const body = html`<p>${NOTHING_HERE[signedIn.reason]}</p>
      <a href="/auth/signed-out">Come as somebody else</a>`;
    return showPage(context, { title: 'There is no entry for you here', body }, 403);
  }
  const before = deps.cookies.readSession(context.req.raw.headers);
  if (before !== undefined) await signOut(deps, before);
  deps.logger.info({ name: signedIn.name, role: signedIn.role }, 'somebody signed in');
  setCookie(context, deps.cookies.setSession(signedIn.token, deps.terms.lifeSec));
  return context.redirect(returnTo, 303);
}

/** Adds a cookie to those that an answer sets. */
export function setCookie(context: Context, cookie: string): void {
  context.header('set-cookie', cookie, { append: true });
}
