import type { Hono } from 'hono';
import { obeyLogout } from '#core/usecases/access/obey-logout.ts';
import type { IssuerDeps } from './auth-deps.ts';

/**
 * `POST /backchannel-logout`: the issuer says that somebody has signed out. 200 when their sessions are over, 400 for a token
 * that is none or was obeyed before (OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8).
 */
export function backChannelRoutes(auth: Hono, deps: IssuerDeps): void {
  const { provider, noticeSec } = deps.issuer;
  auth.post('/backchannel-logout', async (context) => {
    const token = new URLSearchParams(await context.req.text()).get('logout_token') ?? '';
    const outcome = await obeyLogout({ store: deps.store, provider, noticeSec }, token);
    if (outcome === 'obeyed') return context.body(null, 200);
    deps.logger.warn({}, 'a logout token was refused');
    return context.json({ error: 'invalid_request' }, 400);
  });
}
