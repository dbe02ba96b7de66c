import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Logger } from '#core/ports/runtime.ts';
import { isPassing, retryWaitMs, type RetryWaits } from './retry-after.ts';
import { SilentUpstream, type Upstream, type UpstreamTimeouts } from './upstream.ts';

/** How often and after what waits a call is sent again. */
export interface RetryLimits extends RetryWaits, UpstreamTimeouts {
  /** Times one call is sent at most, the first included. */
  readonly attemptsMax: number;
}

/** Where to send, within what, and who is told. */
export interface RetryMeans {
  readonly upstream: Upstream;
  readonly limits: RetryLimits;
  readonly logger: Logger;
}

/** A call ready to be sent as often as needed. */
export interface OutgoingCall {
  readonly runId: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
  /** Aborts when the guest leaves; the call is cut then, and its answer too. */
  readonly signal: AbortSignal;
  /** Milliseconds in which another attempt may begin. */
  msLeft(): number;
}

/**
 * How sending ended: an answer of which nothing was read yet, no answer, or a guest that left before there was one. `sent`
 * says that the server had the whole call, so that it may have worked on it.
 */
export type Sent =
  | { readonly kind: 'answered'; readonly answer: IncomingMessage }
  | { readonly kind: 'failed'; readonly code: string; readonly silent: boolean; readonly sent: boolean }
  | { readonly kind: 'left'; readonly sent: boolean };

/** Failures before an answer after which nothing was done at the other side, or nothing that repeating makes worse. */
const PASSING_FAILURES: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
]);
/** A short answer is read to its end, so that the connection can be used again. */
const DISCARDED_BYTES_MAX = 64 * 1024;

/**
 * Sends a call and, while the server turns it away for the moment (429, 5xx, no connection), sends it again: the answer is
 * stored nowhere (`store` is false), so repeating costs nothing but what is reported. When the attempts are used up, or the
 * wait would pass the deadline, the last answer is given as it is. Never rejects.
 */
export async function sendCall(means: RetryMeans, call: OutgoingCall): Promise<Sent> {
  for (let attempt = 1; ; attempt += 1) {
    const sent = await sendOnce(means, call);
    const waitMs = attempt < means.limits.attemptsMax ? waitAfter(sent, attempt, means.limits) : null;
    if (waitMs === null || waitMs >= call.msLeft()) return sent;
    if (sent.kind === 'answered') discard(sent.answer);
    const reason = sent.kind === 'answered' ? sent.answer.statusCode : sent.kind === 'failed' ? sent.code : 'left';
    means.logger.info({ runId: call.runId, attempt, reason, waitMs }, 'model call is sent again');
    await pause(waitMs, call.signal);
    if (call.signal.aborted) return { kind: 'left', sent: false };
  }
}

function waitAfter(sent: Sent, attempt: number, limits: RetryLimits): number | null {
  if (sent.kind === 'left') return null;
  if (sent.kind === 'answered') {
    const { statusCode = 0, headers } = sent.answer;
    return isPassing(statusCode) ? retryWaitMs(attempt, headers, limits) : null;
  }
  const passing = PASSING_FAILURES.has(sent.code) || (sent.code === 'ETIMEDOUT' && !sent.silent);
  return passing ? retryWaitMs(attempt, {}, limits) : null;
}

function sendOnce({ upstream, limits }: RetryMeans, call: OutgoingCall): Promise<Sent> {
  return new Promise((resolve) => {
    if (call.signal.aborted) return resolve({ kind: 'left', sent: false });
    let failure: NodeJS.ErrnoException | undefined;
    let request: ClientRequest;
    try {
      request = upstream.post(call.headers, limits);
    } catch (error) {
      return resolve({ kind: 'failed', code: codeOf(error), silent: false, sent: false });
    }
    const leave = (): void => void request.destroy();
    call.signal.addEventListener('abort', leave);
    request.on('error', (error) => (failure ??= error));
    request.once('response', (answer) => resolve({ kind: 'answered', answer }));
    request.once('close', () => {
      call.signal.removeEventListener('abort', leave);
      if (call.signal.aborted) return resolve({ kind: 'left', sent: request.writableFinished });
      const silent = failure instanceof SilentUpstream && failure.connected;
      resolve({ kind: 'failed', code: codeOf(failure), silent, sent: silent || request.writableFinished });
    });
    request.end(call.body);
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'NO_ANSWER';
}

function discard(answer: IncomingMessage): void {
  answer.on('error', () => undefined);
  const bytes = Number(answer.headers['content-length'] ?? Number.POSITIVE_INFINITY);
  if (bytes <= DISCARDED_BYTES_MAX) answer.resume();
  else answer.destroy();
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
