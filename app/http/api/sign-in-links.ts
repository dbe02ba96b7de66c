import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { AppError } from '#core/domain/errors.ts';
import { MadeSignInLink } from '#core/contracts/http/sign-in-links.ts';
import type { Runtime } from '#core/ports/runtime.ts';
import type { SignInLinks, TokenMint } from '#core/ports/access/user-sessions.ts';
import { LINK_SEC, makeSignInLink } from '#core/usecases/access/sign-in.ts';
import { linkPath } from '../auth/link.ts';
import { access, FAILURES, json } from './route-access.ts';
import type { ApiEnv } from './guard.ts';

/** What links are made with. */
export interface SignInLinkDeps {
  readonly store: { readonly signInLinks: Pick<SignInLinks, 'put'> };
  readonly linkMint: TokenMint;
  readonly runtime: Pick<Runtime, 'now'>;
  /** False where an identity provider knows the people: there are no links then. */
  readonly hasLinks: boolean;
}

const make = createRoute({
  ...access({ action: 'admin', resource: 'self' }),
  method: 'post',
  path: '/sign-in-links',
  summary: 'Makes a link by which the administrator of the tenant signs in, once; the one before it leads nowhere then',
  responses: { 201: json(MadeSignInLink, 'The link; the answer is the only place that shows it'), ...FAILURES },
});

/** `/sign-in-links`: how administrators get into the dashboard where there is no identity provider. */
export function signInLinkRoutes(api: OpenAPIHono<ApiEnv>, deps: SignInLinkDeps): void {
  api.openapi(make, async (context) => {
    if (!deps.hasLinks) {
      throw new AppError('conflict', 'Making a sign-in link: people sign in at the identity provider here');
    }
    const token = await makeSignInLink(deps, context.var.identity.tenantId);
    const base = context.var.publicUrl ?? new URL(context.req.url).origin;
    const until = new Date(Date.parse(deps.runtime.now()) + LINK_SEC * 1_000).toISOString();
    context.header('cache-control', 'no-store');
    return context.json({ url: `${base}${linkPath(token)}`, expires_at: until }, 201);
  });
}
