import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './guard.ts';

/** What answers are written in, and the ranges that stand for it. */
const SPOKEN: ReadonlySet<string> = new Set([
  'application/json',
  'text/event-stream',
  'application/*',
  'text/*',
  '*/*',
]);
const REFUSED = /;\s*q=0(?:\.0*)?\s*$/i;

/** Answers 406 to who takes nothing that the API speaks (RFC 9110, 12.5.1); who does not say takes everything. */
export const spoken: MiddlewareHandler<ApiEnv> = async (context, next) => {
  const accepted = context.req.header('accept')?.trim() ?? '';
  const ranges = accepted.split(',').filter((range) => !REFUSED.test(range));
  const isSpoken = ranges.some((range) => SPOKEN.has((range.split(';')[0] ?? '').trim().toLowerCase()));
  if (accepted === '' || isSpoken) return next();
  return context.json({ detail: 'Answers are JSON, and log streams are text/event-stream.' }, 406);
};

/** Takes a body of no bytes for none, whatever it calls itself: clients of the reference product post their actions so. */
export const emptyIsNone: MiddlewareHandler<ApiEnv> = async (context, next) => {
  const { req } = context;
  if (req.header('content-length') === '0' && req.header('content-type') !== undefined) {
    const headers = new Headers(req.raw.headers);
    headers.delete('content-type');
    req.raw = new Request(req.raw.url, { method: req.method, headers });
  }
  await next();
};
