import type { IncomingMessage } from 'node:http';
import { answerError, NOT_ALLOWED, type Exchange, type ProxyError } from './answer-error.ts';
import { decideCall } from './call-policy.ts';
import { forwardCall, type ForwardMeans, type GuestCall } from './forward-call.ts';
import { COMPRESSED, NO_ROOM, spent, tooLarge } from './proxy-errors.ts';
import { readBody } from './read-body.ts';
import type { RetryLimits } from './retry-upstream.ts';
import type { RunAccount } from '../budget/run-account.ts';

/** Bounds of one call. */
export interface RelayLimits extends RetryLimits {
  /** A longer request body is answered 413. */
  readonly requestBytesMax: number;
}

/** What relaying needs, the same for every door. */
export interface Relay extends ForwardMeans {
  readonly limits: RelayLimits;
}

/**
 * A whole conversation with its images fits in the body; a model may think for minutes without a byte (Codex 0.169.0 itself
 * waits 300 s for the next one, `stream_idle_timeout_ms`). Few attempts, since Codex makes its own on top.
 */
export const DEFAULT_LIMITS: RelayLimits = {
  requestBytesMax: 64 * 1024 * 1024,
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 600_000,
  attemptsMax: 3,
  retryWaitMs: 500,
  retryWaitMsMax: 30_000,
};

/**
 * Passes `POST /v1/responses` on to the model server and its answer back, both byte for byte, adding the key. The body is
 * read whole first: only what `decideCall` allows and the run's budget has room for goes on; the rest is answered with
 * an error and reported. The answer is not buffered. A guest that goes away takes its upstream call along. An answer that
 * did not say what it cost is counted with all it could have, see `forwardCall`. Resolves when the call is over, counted and
 * recorded; never rejects.
 */
export async function relayCall(relay: Relay, account: RunAccount, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  const refusal = refusalByHead(exchange.request, relay.limits);
  if (refusal !== undefined) {
    refuse(relay, { account, exchange }, refusal);
    return;
  }
  account.hold(response);
  const leaving = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) leaving.abort();
  });
  await relayWhole(relay, { account, exchange, signal: leaving.signal }).catch((error: unknown) => {
    relay.logger.error({ error: error instanceof Error ? error.name : 'unknown' }, 'relaying a model call failed');
    response.destroy();
  });
}

/** `what` is reported as a refusal of the policy; a body that is too large is none. */
interface Refusal {
  readonly error: ProxyError;
  readonly what?: string;
}

function refusalByHead({ method, url, headers }: IncomingMessage, limits: RelayLimits): Refusal | undefined {
  if (method !== 'POST' || url !== '/v1/responses')
    return { what: 'a request that is not POST /v1/responses', error: NOT_ALLOWED };
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.trim().toLowerCase() !== 'identity') return { what: 'a compressed request body', error: COMPRESSED };
  const bytes = Number(headers['content-length'] ?? 0);
  return bytes > limits.requestBytesMax ? { error: tooLarge(limits.requestBytesMax) } : undefined;
}

async function relayWhole(relay: Relay, call: GuestCall): Promise<void> {
  const { account, exchange, signal } = call;
  const body = await readBody(exchange.request, relay.limits.requestBytesMax, account.bodies);
  if (body.kind === 'left') return;
  if (body.kind === 'no-room') return answerError(exchange, NO_ROOM);
  if (body.kind === 'too-large') return answerError(exchange, tooLarge(relay.limits.requestBytesMax));
  try {
    await account.pacer.rest();
    if (signal.aborted) return;
    const verdict = account.pacer.work(() => decideCall(body.bytes, account.models));
    if (verdict.kind === 'refused') return refuse(relay, call, verdict);
    const { bound } = verdict;
    const admission = await account.gate.admit(bound, signal);
    if (admission.kind === 'left') return;
    if (admission.kind === 'exhausted') {
      relay.logger.info({ runId: account.runId, limit: admission.limit }, 'model call over the budget');
      return answerError(exchange, spent(admission.limit));
    }
    await forwardCall(relay, { ...call, body: body.bytes, bound, reservation: admission.reservation });
  } finally {
    body.release();
  }
}

function refuse({ logger }: Relay, { account, exchange }: Omit<GuestCall, 'signal'>, { what, error }: Refusal): void {
  if (what !== undefined) account.refuse(what);
  logger.debug({ runId: account.runId, what, status: error.status }, 'model proxy refused a request');
  answerError(exchange, error);
}
