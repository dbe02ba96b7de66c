import { AppError } from '#core/domain/errors.ts';
import type { ErrorCode } from '#core/domain/errors.ts';

/** HTTP statuses of the API server and what they ask for (Kubernetes API conventions, "HTTP status codes"). */
const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid',
  401: 'denied',
  403: 'denied',
  404: 'missing',
  409: 'conflict',
  410: 'missing',
  422: 'invalid',
  429: 'limited',
};
const REASON: Readonly<Record<ErrorCode, string>> = {
  invalid: 'the cluster does not accept it',
  denied: 'the cluster does not allow it',
  missing: 'it is not in the cluster',
  conflict: 'somebody else changed it',
  limited: 'the cluster asks to wait',
  unavailable: 'the cluster does not answer',
  ambiguous: 'the cluster did not say whether it was done',
  internal: 'it failed',
};
const MILLISECONDS = 1_000;

/** HTTP status of an API server's answer, or undefined when there was none. */
export function apiStatus(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'number' ? thrown.code : undefined;
}

/**
 * A failed call as an AppError. `action` is shown to people; what the server said may name things of the cluster and
 * stays in the cause. No answer at all is `unavailable`: everything done here is safe to do again.
 */
export function toClusterError(thrown: unknown, action: string): AppError {
  if (thrown instanceof AppError) return thrown;
  const status = apiStatus(thrown);
  const code = status === undefined ? 'unavailable' : (CODE_OF_STATUS[status] ?? 'unavailable');
  const retryAfterMs = code === 'limited' ? retryAfter(thrown) : undefined;
  return new AppError(code, `${action}: ${REASON[code]}`, {
    cause: thrown,
    ...(status === undefined ? {} : { context: { status } }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function retryAfter(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('headers' in thrown)) return undefined;
  const { headers } = thrown;
  if (typeof headers !== 'object' || headers === null || !('retry-after' in headers)) return undefined;
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * MILLISECONDS : undefined;
}
