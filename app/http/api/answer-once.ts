import type { Context, MiddlewareHandler } from 'hono';
import type { CallKey, KeptAnswer } from '#core/ports/access/api-calls.ts';
import { uuidOf } from '#core/usecases/intake/derive-id.ts';
import type { ApiEnv } from './guard.ts';

/** Visible ASCII, as clients of this header send it; quotes of a structured string (RFC 8941) belong to it. */
const KEY = /^[\x21-\x7e]{1,255}$/;
/** Of an answer what is kept beside its body. */
const KEPT_HEADERS = ['content-type', 'location'];
const SERVER_FAULT = 500;

/**
 * Answers a `POST` with an `Idempotency-Key` once: the same key with the same call is answered the same again, with another call
 * 422, and 409 while the first is at work (draft-ietf-httpapi-idempotency-key-header-07). Keys are the caller's own. What a
 * fault of ours kept from being done may be sent again. An answer that shows a secret is not kept either: asked again, it is 409.
 */
export const answerOnce: MiddlewareHandler<ApiEnv> = async (context, next) => {
  const { runtime, idempotentCalls, identity } = context.var;
  if (context.req.method !== 'POST') return next();
  const key = context.req.header('idempotency-key');
  if (key === undefined) {
    context.set('callId', runtime.id());
    return next();
  }
  if (!KEY.test(key)) return context.json({ detail: 'Idempotency-Key is 1 to 255 visible ASCII characters.' }, 400);
  const call = await keyOf(context, key);
  const begun = await idempotentCalls.begin(call);
  if (begun === 'other') return context.json({ detail: 'This Idempotency-Key was used for another call.' }, 422);
  if (begun === 'under-way') {
    return context.json({ detail: 'The first call with this Idempotency-Key is at work.' }, 409, {
      'retry-after': '1',
    });
  }
  if (begun !== 'begun') return repeated(context, begun);
  context.set('callId', uuidOf(runtime, `call/${identity.tenantId}/${call.keySha256}/${call.fingerprint}`));
  await next();
  const { status } = context.res;
  if (status >= SERVER_FAULT) return idempotentCalls.forget(call);
  return idempotentCalls.answer(call, await kept(context.res));
};

async function keyOf(context: Context<ApiEnv>, key: string): Promise<CallKey> {
  const { runtime, identity } = context.var;
  const body = runtime.sha256(new Uint8Array(await context.req.arrayBuffer()));
  const path = context.req.path.replace(/\/$/, '');
  return {
    tenantId: identity.tenantId,
    keySha256: runtime.sha256(`${identity.id}\n${key}`),
    fingerprint: runtime.sha256(`${path}\n${body}`),
  };
}

async function kept(answer: Response): Promise<KeptAnswer> {
  const isSecret = answer.headers.get('cache-control') === 'no-store';
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  const body = isSecret ? null : await answer.clone().text();
  return { status: answer.status, headers: Object.fromEntries(headers), body };
}

function repeated(context: Context<ApiEnv>, { status, headers, body }: KeptAnswer): Response {
  if (body === null) return context.json({ detail: 'This was done, and what was answered is shown once only.' }, 409);
  for (const [name, value] of Object.entries(headers)) context.header(name, value);
  return new Response(body, { status, headers: context.res.headers });
}
