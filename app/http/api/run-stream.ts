import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { stream } from 'hono/streaming';
import type { StreamingApi } from 'hono/utils/stream';
import { z } from 'zod';
import type { Logger } from '#core/ports/runtime.ts';
import {
  findLog,
  followLog,
  isLogOver,
  readLog,
  type FollowedLog,
  type FollowLogDeps,
} from '#core/usecases/view/follow-log.ts';
import { eventFrame, KEEPALIVE_FRAME, readyFrame } from './event-frame.ts';
import { found } from './found.ts';
import type { ApiEnv } from './guard.ts';
import { access, FAILURES } from './route-access.ts';

/** Milliseconds between what a stream does by itself. */
export interface StreamPace {
  /** A client may give up after 60 s without a byte, so a quiet stream says something four times as often. */
  readonly keepaliveMs: number;
  /** How often the caller's right to read is asked for again. */
  readonly recheckMs: number;
}

/** What streams need. */
export type RunStreamDeps = FollowLogDeps & { readonly logger: Logger; readonly streamPace?: StreamPace };

const PACE: StreamPace = { keepaliveMs: 15_000, recheckMs: 60_000 };

const follow = (path: `/${string}`, summary: string) =>
  createRoute({
    ...access({ action: 'read', resource: 'run' }),
    method: 'get',
    path,
    summary,
    request: {
      params: z.object({ id: z.string() }),
      headers: z.object({ 'last-event-id': z.coerce.number().int().min(0).optional() }),
    },
    responses: {
      200: { description: 'Server-sent events; `id` is the position in the log of the request' },
      204: { description: 'The log is over, and the client has all of it' },
      ...FAILURES,
    },
  });

const ROUTES = [
  follow('/runs/{id}/logs/stream', 'Follows the log of a run, or of the request of that id'),
  follow('/requests/{id}/logs/stream', 'Follows the log of a request through all its runs'),
];

/** Live run logs. A stream ends when its log does, whatever the outcome, and when the caller may not read any more. */
export function runStreamRoutes(api: OpenAPIHono<ApiEnv>, deps: RunStreamDeps): void {
  for (const route of ROUTES) {
    api.openapi(route, async (context) => {
      const log = found(await findLog(deps, context.var.identity.tenantId, context.req.valid('param').id));
      const position = context.req.valid('header')['last-event-id'] ?? 0;
      // EventSource comes back after anything but 204 (HTML, 9.2.3).
      if (position > 0 && (await hasAll(deps, log, position))) return context.body(null, 204);
      context.header('content-type', 'text/event-stream; charset=utf-8');
      context.header('cache-control', 'no-cache, no-transform');
      context.header('x-accel-buffering', 'no');
      return stream(context, (out) => tell(deps, { context, out, log, position }));
    });
  }
}

async function hasAll(deps: RunStreamDeps, log: FollowedLog, position: number): Promise<boolean> {
  if (!(await isLogOver(deps, log))) return false;
  const { done } = await readLog(deps, log, position).next();
  return done === true;
}

/** Writes events until the log is over. Each write waits for the client, so a slow one costs no memory. */
async function tell(
  deps: RunStreamDeps,
  to: { context: Context<ApiEnv>; out: StreamingApi; log: FollowedLog; position: number },
): Promise<void> {
  const { context, out, log, position } = to;
  const { keepaliveMs, recheckMs } = deps.streamPace ?? PACE;
  const ended = new AbortController();
  out.onAbort(() => ended.abort());
  let isWriting = false;
  const write = async (frame: string): Promise<void> => {
    isWriting = true;
    await out.write(frame);
    isWriting = false;
  };
  const keepalive = setInterval(() => void (isWriting || write(KEEPALIVE_FRAME)), keepaliveMs);
  const endUnlessAllowed = async (): Promise<void> => {
    if (!(await mayStillRead(context))) ended.abort();
  };
  const recheck = setInterval(() => void endUnlessAllowed(), recheckMs);
  try {
    await write(readyFrame(log.requestId));
    const look = (): AbortSignal => AbortSignal.timeout(keepaliveMs);
    for await (const placed of followLog(deps, log, { position, signal: ended.signal, look })) {
      await write(eventFrame(placed));
    }
  } catch (err) {
    deps.logger.warn({ err, requestId: log.requestId }, 'a log stream broke, its client comes back');
  } finally {
    clearInterval(keepalive);
    clearInterval(recheck);
    ended.abort();
  }
}

/** Whether whoever follows is still known and allowed; what cannot be found out counts as no. */
async function mayStillRead(context: Context<ApiEnv>): Promise<boolean> {
  try {
    const identity = await context.var.authenticate(context.req.raw.headers);
    return identity?.tenantId === context.var.identity.tenantId && identity.actions.has('read');
  } catch {
    return false;
  }
}
