import type { IncomingHttpHeaders } from 'node:http';

/** What bounds waiting for a second try. */
export interface RetryWaits {
  /** Wait before the second attempt when the server names none; it doubles with each, and is spread at random. */
  readonly retryWaitMs: number;
  /** A server that asks for more is not tried again. */
  readonly retryWaitMsMax: number;
}

/** Statuses after which the same call may succeed: too many requests, and failures of the server itself (RFC 9110, 15.6). */
export function isPassing(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/**
 * Milliseconds to wait after attempt number `attempt` (from 1), or null when no other attempt makes sense. A server says it
 * by `retry-after-ms` (OpenAI, Azure), `retry-after` in seconds or as a date (RFC 9110, 10.2.3), or forbids it by
 * `x-should-retry: false` (OpenAI).
 */
export function retryWaitMs(attempt: number, headers: IncomingHttpHeaders, waits: RetryWaits): number | null {
  if (headers['x-should-retry'] === 'false') return null;
  const asked = askedWaitMs(headers);
  if (asked !== undefined) return asked <= waits.retryWaitMsMax ? asked : null;
  const longest = Math.min(waits.retryWaitMs * 2 ** (attempt - 1), waits.retryWaitMsMax);
  return longest * (0.5 + Math.random() / 2);
}

function askedWaitMs(headers: IncomingHttpHeaders): number | undefined {
  const exact = decimal(headers['retry-after-ms']);
  if (exact !== undefined) return exact;
  const text = headers['retry-after'];
  const seconds = decimal(text);
  if (seconds !== undefined) return seconds * 1_000;
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

function decimal(text: string | string[] | undefined): number | undefined {
  return typeof text === 'string' && /^\d{1,10}(?:\.\d{1,10})?$/.test(text.trim()) ? Number(text) : undefined;
}
