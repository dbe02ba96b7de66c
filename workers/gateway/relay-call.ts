import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { Transform, pipeline, type TransformCallback } from 'node:stream';
import type { Logger } from '#core/ports/runtime.ts';
import { answerError, NOT_ALLOWED, type Exchange, type ProxyError } from './answer-error.ts';
import { headersForGuest, headersForUpstream } from './headers.ts';
import { createKeyGuard } from './key-guard.ts';
import type { RunAccount } from './run-account.ts';
import type { Upstream, UpstreamTimeouts } from './upstream.ts';
import { createUsageMeter } from './usage-meter.ts';

/** Bounds of one call. */
export interface RelayLimits extends UpstreamTimeouts {
  /** A longer request body is answered 413. */
  readonly requestBytesMax: number;
}

/** What relaying needs, the same for every door. */
export interface Relay {
  readonly upstream: Upstream;
  readonly limits: RelayLimits;
  readonly logger: Logger;
}

/**
 * A whole conversation with its images fits in the body; a model may think for minutes without a byte
 * (Codex 0.169.0 itself waits 300 s for the next one, `stream_idle_timeout_ms`).
 */
export const DEFAULT_LIMITS: RelayLimits = {
  requestBytesMax: 64 * 1024 * 1024,
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 600_000,
};

/**
 * Passes exactly `POST /v1/responses` on to the model server and its answer back, both byte for byte and without
 * buffering, adding the key and counting tokens on the way; anything else is answered 403 and counted. A caller that
 * goes away takes its upstream call along, and the tokens of an answer that did not reach its last event are unknown.
 */
export function relayCall(relay: Relay, account: RunAccount, exchange: Exchange): void {
  const { request, response } = exchange;
  if (request.method !== 'POST' || request.url !== '/v1/responses') {
    account.refuse();
    relay.logger.debug({ runId: account.runId, method: request.method }, 'model proxy refused a request');
    answerError(exchange, NOT_ALLOWED);
    return;
  }
  if (Number(request.headers['content-length'] ?? 0) > relay.limits.requestBytesMax) {
    answerError(exchange, tooLarge(relay.limits));
    return;
  }
  account.hold(response);
  try {
    forward(relay, account, exchange);
  } catch (error) {
    cut(relay, exchange, error);
  }
}

function forward(relay: Relay, account: RunAccount, exchange: Exchange): void {
  const { request, response } = exchange;
  const call = relay.upstream.post(headersForUpstream(request.rawHeaders), relay.limits);
  response.once('close', () => {
    if (!response.writableFinished) call.destroy();
  });
  call.once('response', (answer) => {
    try {
      giveBack(relay, account, { answer, response });
    } catch (error) {
      cut(relay, exchange, error);
    }
  });
  let failure: Error | undefined;
  call.on('error', (error) => (failure = error));
  call.once('close', () => {
    if (response.headersSent || response.destroyed) return;
    const tooLong = failure instanceof BodyTooLarge;
    answerError(exchange, tooLong ? tooLarge(relay.limits) : unreachable(relay, account, failure));
  });
  sendBody(request, call, relay.limits.requestBytesMax);
}

function sendBody(request: IncomingMessage, call: ClientRequest, bytesMax: number): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bytesMax) call.destroy(new BodyTooLarge());
  });
  request.pipe(call);
}

function giveBack(
  relay: Relay,
  account: RunAccount,
  { answer, response }: { answer: IncomingMessage; response: ServerResponse },
): void {
  const guard = createKeyGuard(relay.upstream.secret);
  const meter = createUsageMeter(answer.headers, (usage) => account.add(usage));
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      attempt(done, () => {
        const bytes = guard.pass(chunk);
        meter.write(chunk);
        return bytes;
      });
    },
    flush(done) {
      meter.end(() => done(null, guard.rest()));
    },
  });
  response.sendDate = false;
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headersForGuest(answer.rawHeaders));
  response.flushHeaders();
  pipeline(answer, tap, response, (error) => {
    const facts = { runId: account.runId, status: answer.statusCode, cut: error?.name };
    if (error?.name === 'KeyInAnswer') relay.logger.error(facts, 'model server repeated its key; answer cut');
    else relay.logger.debug(facts, 'model call ended');
  });
}

/** A header or body that Node refuses to carry must cost its sender the call, never the worker its life. */
function cut(relay: Relay, { response }: Exchange, error: unknown): void {
  relay.logger.error({ error: error instanceof Error ? error.name : 'unknown' }, 'relaying a model call failed');
  response.destroy();
}

function attempt(done: TransformCallback, work: () => Buffer): void {
  try {
    done(null, work());
  } catch (error) {
    done(error instanceof Error ? error : new Error('Relaying an answer failed', { cause: error }));
  }
}

class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

function tooLarge(limits: RelayLimits): ProxyError {
  const mebibytes = Math.floor(limits.requestBytesMax / (1024 * 1024));
  return { status: 413, code: 'request_too_large', message: `The request body is larger than ${mebibytes} MiB` };
}

function unreachable(relay: Relay, account: RunAccount, failure: NodeJS.ErrnoException | undefined): ProxyError {
  const code = failure?.code ?? 'NO_ANSWER';
  relay.logger.warn({ runId: account.runId, code }, 'model server not reached');
  return code === 'ETIMEDOUT'
    ? { status: 504, code, message: `The model server did not answer in time (${code})` }
    : { status: 502, code, message: `The model server could not be reached (${code})` };
}
