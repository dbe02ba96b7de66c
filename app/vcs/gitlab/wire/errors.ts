import { AppError, type ErrorCode } from '#core/domain/errors.ts';
import {
  causeCode,
  codeOfSilence,
  codeOfStatus,
  codeOfUnreadable,
  hostError,
  waitMs,
  type HostCall,
} from '#core/domain/host/host-call.ts';
import { RefusedRequest } from './transport.ts';

/** GitLab's windows are a minute each (https://docs.gitlab.com/security/rate_limits/). */
const LIMIT_WAIT_MS = 60_000;

const WORDS = {
  host: 'GitLab',
  refusal: 'the token may have expired, or lack a scope or a role in the project',
  account: 'the token',
};

const REDIRECTED = 'GitLab is at another address than GITLAB_URL says';

/**
 * Puts anything thrown by a GitLab call into the words of the port; the thrown value is kept as `cause`, and an
 * `AppError` passes as it is. Statuses and headers decide, never a message. `nowMs`: milliseconds since the epoch.
 * Sources: https://docs.gitlab.com/api/rest/troubleshooting/ and
 * https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers
 */
export function toGitLabError(thrown: unknown, call: HostCall, nowMs: number): AppError {
  if (thrown instanceof AppError) return thrown;
  if (!(thrown instanceof RefusedRequest)) {
    const code = isOfTheNetwork(thrown) ? codeOfSilence(thrown, call) : 'internal';
    return hostError(WORDS, { code, call }, { cause: thrown });
  }
  const { status, headers } = thrown;
  const limited = status === 429 || (status === 403 && headers['retry-after'] !== undefined);
  const retryAfterMs =
    limited || status >= 500
      ? waitMs(headers['retry-after'], () => (limited ? untilReset(headers, nowMs) : undefined))
      : undefined;
  const requestId = headers['x-request-id'];
  const code: ErrorCode = limited ? 'limited' : codeOfStatus(status, call);
  const instead = status >= 300 && status < 400 ? REDIRECTED : undefined;
  return hostError(
    WORDS,
    { code, call, instead },
    {
      cause: thrown,
      context: { status, ...(requestId === undefined ? {} : { requestId }) },
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}

/** The error for a 2xx whose body is not what GitLab documents: a write was done, but where is unknown. */
export function unreadableAnswer(call: HostCall, cause: unknown): AppError {
  return hostError(WORDS, { code: codeOfUnreadable(call), call }, { cause });
}

/** What `fetch` rejects with: a TypeError with a cause, a timeout, or our own refusal to read on. */
function isOfTheNetwork(thrown: unknown): boolean {
  if (thrown instanceof RangeError) return true;
  if (thrown instanceof DOMException) return thrown.name === 'TimeoutError' || thrown.name === 'AbortError';
  return thrown instanceof Error && causeCode(thrown) !== '';
}

function untilReset(headers: RefusedRequest['headers'], nowMs: number): number {
  const resetSec = Number(headers['ratelimit-reset'] ?? Number.NaN);
  return Number.isFinite(resetSec) ? resetSec * 1_000 - nowMs : LIMIT_WAIT_MS;
}
