import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import type { Action, Identity } from '#core/domain/rules/access.ts';
import type { IdempotentCalls, RateLimiter } from '#core/ports/access/api-calls.ts';
import type { Runtime } from '#core/ports/runtime.ts';
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
    limiter: RateLimiter;
    idempotentCalls: IdempotentCalls;
    runtime: Runtime;
    /** Who calls; only on routes that are not open. */
    identity: Identity;
    /** Names this call; the same for every call with the same Idempotency-Key that asks for the same. Only on `POST`. */
    callId: string;
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

const SECOND_MS = 1_000;

/**
 * Counts the calls of each caller and says in every answer how they stand: `RateLimit-*` as draft-ietf-httpapi-ratelimit-headers-07
 * has them. 429 with `Retry-After` (RFC 6585) above the limit. A log stream counts as one call.
 */
export const withinLimit: MiddlewareHandler<ApiEnv> = async (context, next) => {
  const { tenantId, id } = context.var.identity;
  const now = await context.var.limiter.take(`${tenantId}/${id}`);
  const seconds = String(Math.ceil(now.resetMs / SECOND_MS));
  context.header('ratelimit-limit', String(now.limit));
  context.header('ratelimit-remaining', String(now.remaining));
  context.header('ratelimit-reset', seconds);
  context.header('ratelimit-policy', `${now.limit};w=${now.windowSeconds}`);
  if (now.allowed) return next();
  context.header('retry-after', seconds);
  return context.json({ detail: `More than ${now.limit} calls within ${now.windowSeconds} s.` }, 429);
};
