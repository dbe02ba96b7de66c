import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import type { SignInSecrets } from '#core/ports/access/identity-provider.ts';
import { signInPerson } from '#core/usecases/access/sign-in.ts';
import type { IssuerDeps } from './auth-deps.ts';
import { enter, setCookie } from './enter.ts';
import { showPage, type Page } from './page.ts';
import { returnPath } from './return-path.ts';

/** Time a person has at the issuer. */
const SIGN_IN_SEC = 600;
/** openid-client's: 32 bytes in base64url. */
const STATE = /^[A-Za-z0-9_-]{43}$/;

/** What the browser keeps, closed, while its person is at the issuer. So beginning a sign-in writes nothing here. */
const Begun = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  until: z.iso.datetime(),
});

const again = html`<a href="/auth/login">Sign in</a>`;
const LOST: Page = {
  title: 'This sign-in is over',
  body: html`<p>It did not begin in this browser, took longer than ten minutes, or was finished before.</p>
    ${again}`,
};
const REFUSED: Page = {
  title: 'You were not signed in',
  body: html`<p>The identity provider said no, or what it said does not hold. The reason is in the log.</p>
    ${again}`,
};
/** `GET /login` sends a browser to the issuer, `GET /callback` is where it comes back to. */
export function issuerRoutes(auth: Hono, deps: IssuerDeps): void {
  const { cookies } = deps;
  auth.get('/login', async (context) => {
    const { url, secrets } = await deps.issuer.provider.begin();
    for (const cookie of cookies.clearSurplus(context.req.raw.headers)) setCookie(context, cookie);
    const begun = sealed(deps, secrets, returnPath(context.req.query('return')));
    setCookie(context, cookies.setSignIn(secrets.state, begun, SIGN_IN_SEC));
    return context.redirect(url, 302);
  });
  auth.get('/callback', async (context) => {
    const begun = beginningOf(context, deps);
    if (begun === undefined) return showPage(context, LOST, 400);
    setCookie(context, cookies.clearSignIn(begun.state));
    const query = new URL(context.req.url).search.slice(1);
    const finished = await deps.issuer.provider.finish(query, begun);
    if (finished.kind === 'refused') {
      deps.logger.warn({ reason: finished.reason }, 'a sign-in was refused');
      return showPage(context, REFUSED, 403);
    }
    const { rules, provider } = deps.issuer;
    const signedIn = await signInPerson(deps, finished.person, { issuer: provider.issuer, rules });
    return enter(context, deps, { signedIn, returnTo: begun.returnTo });
  });
}

function sealed({ issuer, runtime }: IssuerDeps, secrets: SignInSecrets, returnTo: string): string {
  const until = new Date(Date.parse(runtime.now()) + SIGN_IN_SEC * 1_000).toISOString();
  return issuer.sealer.seal(JSON.stringify({ ...secrets, returnTo, until }));
}

/** The sign-in that this browser began with the state it comes back with. */
function beginningOf(context: Context, { issuer, cookies, runtime }: IssuerDeps): z.infer<typeof Begun> | undefined {
  const state = context.req.query('state') ?? '';
  const kept = STATE.test(state) ? cookies.readSignIn(context.req.raw.headers, state) : undefined;
  const opened = kept === undefined ? undefined : issuer.sealer.open(kept);
  if (opened === undefined) return undefined;
  const begun = Begun.safeParse(JSON.parse(opened));
  if (!begun.success || begun.data.state !== state || begun.data.until <= runtime.now()) return undefined;
  return begun.data;
}
