import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { stream } from 'hono/streaming';
import type { StreamingApi } from 'hono/utils/stream';
import { z } from 'zod';
import { inTurn } from '#core/domain/in-turn.ts';
import type { Logger } from '#core/ports/runtime.ts';
import { findLog, followLog, hasAll, type FollowedLog, type FollowLogDeps } from '#core/usecases/view/follow-log.ts';
import { deletedFrame, eventFrame, KEEPALIVE_FRAME, readyFrame } from './event-frame.ts';
import { found } from './found.ts';
import type { ApiEnv } from './guard.ts';
import { access, FAILURES } from './route-access.ts';

/** Milliseconds between what a stream does by itself, and the clock that measures them. */
export interface StreamPace {
  /** A client may give up after 60 s without a byte, so a quiet stream says something four times as often. */
  readonly keepaliveMs: number;
  /** How often the caller's right to read is asked for again; also how long a client may take for one frame at most. */
  readonly recheckMs: number;
  /** Calls `work` again and again; what it returns ends that. */
  readonly every: (ms: number, work: () => void) => () => void;
}

/** What streams need. */
export type RunStreamDeps = FollowLogDeps & { readonly logger: Logger; readonly streamPace?: Partial<StreamPace> };

const PACE: StreamPace = {
  keepaliveMs: 15_000,
  recheckMs: 60_000,
  every: (ms, work) => {
    const timer = setInterval(work, ms);
    return () => clearInterval(timer);
  },
};

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

/** Streams that were opened together are looked at together; connections to the database are left for all else. */
const RECHECKS_MAX = 2;

/** Live run logs. A stream ends when its log does, whatever the outcome, and when the caller may not read any more. */
export function runStreamRoutes(api: OpenAPIHono<ApiEnv>, deps: RunStreamDeps): void {
  const turn = inTurn(RECHECKS_MAX);
  for (const route of ROUTES) {
    api.openapi(route, async (context) => {
      const log = found(await findLog(deps, context.var.identity.tenantId, context.req.valid('param').id));
      const position = context.req.valid('header')['last-event-id'] ?? 0;
      // EventSource comes back after anything but 204 (HTML, 9.2.3), also after a log that was over before it said anything.
      if (await hasAll(deps, log, position)) return context.body(null, 204);
      context.header('content-type', 'text/event-stream; charset=utf-8');
      context.header('cache-control', 'no-cache, no-transform');
      context.header('x-accel-buffering', 'no');
      return stream(context, (out) => tell(deps, { context, out, log, position, turn }));
    });
  }
}

/**
 * Writes events until the log is over. Each write waits for the client, so a slow one costs no memory; one that takes nothing
 * for a whole turn of the recheck, or may not read any more, is cut off and comes back if it can.
 */
async function tell(
  deps: RunStreamDeps,
  to: {
    context: Context<ApiEnv>;
    out: StreamingApi;
    log: FollowedLog;
    position: number;
    turn: ReturnType<typeof inTurn>;
  },
): Promise<void> {
  const { context, out, log, position, turn } = to;
  const { keepaliveMs, recheckMs, every } = { ...PACE, ...deps.streamPace };
  const ended = new AbortController();
  out.onAbort(() => ended.abort());
  const { write, isWriting, hasStalled } = writerTo(out);
  const keepalive = every(keepaliveMs, () => void (isWriting() || write(KEEPALIVE_FRAME)));
  const recheck = every(recheckMs, () => {
    const cutUnlessAllowed = async (): Promise<void> => {
      if (hasStalled() || !(await turn(() => mayStillRead(context)))) cut(context, out);
    };
    void cutUnlessAllowed();
  });
  try {
    await write(readyFrame(log.requestId));
    const look = (): AbortSignal => AbortSignal.timeout(keepaliveMs);
    for await (const placed of followLog(deps, log, { position, signal: ended.signal, look })) {
      await write('deletedTo' in placed ? deletedFrame(log, placed.deletedTo) : eventFrame(placed));
    }
  } catch (err) {
    deps.logger.warn({ err, requestId: log.requestId }, 'a log stream broke, its client comes back');
  } finally {
    keepalive();
    recheck();
    ended.abort();
  }
}

/** Writes to a client, one frame after the other, and knows when a frame was not taken since it was asked last. */
function writerTo(out: StreamingApi) {
  let begun = 0;
  let taken = 0;
  let seen = 0;
  const isWriting = (): boolean => begun > taken;
  return {
    isWriting,
    async write(frame: string): Promise<void> {
      begun += 1;
      await out.write(frame);
      taken = begun;
    },
    hasStalled(): boolean {
      const isSame = isWriting() && begun === seen;
      seen = isWriting() ? begun : 0;
      return isSame;
    },
  };
}

/** Ends a stream although its client may not be reading: what waits to be sent would otherwise keep the connection. */
function cut(context: Context<ApiEnv>, out: StreamingApi): void {
  out.abort();
  context.env.outgoing?.destroy();
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
