import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import type { Action, Identity } from '#core/domain/rules/access.ts';
import { isOwnCall } from '../same-origin.ts';

/** What routes of the API find in their context. */
export interface ApiEnv {
  /** The connection, where there is one. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    /** Says who calls, by the headers; undefined for nobody we know. */
    authenticate: (headers: Headers) => Promise<Identity | undefined>;
    /** The address people use, when it is configured. */
    publicUrl: string | undefined;
    /** Who calls; only on routes that are not open. */
    identity: Identity;
  };
}

/**
 * Lets a call through when its caller may do `action`, null for anybody: 401 for nobody, 403 for who may not. A browser sends its
 * cookie along with calls of other people's pages too, so that one which changes something must come from a page of ours; a
 * key is sent by nobody but its owner.
 */
export function guard(action: Action | null): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    if (action === null) return next();
    const identity = await context.var.authenticate(context.req.raw.headers);
    if (identity === undefined) {
      const detail = 'Authentication credentials were not provided, or they are not valid any more.';
      return context.json({ detail }, 401, { 'www-authenticate': 'ApiKey' });
    }
    if (!identity.actions.has(action)) return context.json({ detail: `This needs the right to ${action}.` }, 403);
    if (identity.kind === 'user' && !isOwnCall(context.req.raw, context.var.publicUrl)) {
      return context.json({ detail: 'This call did not come from a page of this address.' }, 403);
    }
    context.set('identity', identity);
    return next();
  };
}
