import { AppError, type ErrorCode } from '#core/domain/errors.ts';
import { RefusedRequest } from './transport.ts';

/** What was being asked of GitLab. `action` names it with its subject, e.g. `commenting on team/app#3`. */
export interface Call {
  readonly action: string;
  /** Whether GitLab may have changed something: decides between `ambiguous` and `unavailable`. */
  readonly write: boolean;
}

/** GitLab's windows are a minute each (https://docs.gitlab.com/security/rate_limits/). */
const LIMIT_WAIT_MS = 60_000;
const WAIT_MS_MIN = 1_000;
/** A clock that is off must not park a run for days. */
const WAIT_MS_MAX = 3_600_000;
const CAUSE_DEPTH_MAX = 5;

// The request cannot have left: no connection was ever made, or no trusted one.
const NEVER_SENT: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'],
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'],
]);

const EXPLANATIONS: Readonly<Record<ErrorCode, string>> = {
  invalid: 'GitLab found the request invalid',
  denied: 'GitLab refused; the token may have expired, or lack a scope or a role in the project',
  missing: 'GitLab does not know it, or hides it from the token',
  conflict: 'it is in conflict with what GitLab has',
  unavailable: 'GitLab did not answer properly',
  ambiguous: 'GitLab did not confirm it and may have done it all the same',
  limited: 'GitLab asks us to wait',
  internal: 'an unexpected error',
};

const REDIRECTED = 'GitLab is at another address than GITLAB_URL says';

/**
 * Puts anything thrown by a GitLab call into the words of the port; the thrown value is kept as `cause`, and an
 * `AppError` passes as it is. Statuses and headers decide, never a message. `nowMs`: milliseconds since the epoch.
 * Sources: https://docs.gitlab.com/api/rest/troubleshooting/ and
 * https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers
 */
export function toGitLabError(thrown: unknown, call: Call, nowMs: number): AppError {
  if (thrown instanceof AppError) return thrown;
  if (!(thrown instanceof RefusedRequest)) {
    return isOfTheNetwork(thrown)
      ? build(codeOfSilence(thrown, call), call, { cause: thrown })
      : build('internal', call, { cause: thrown });
  }
  const { status, headers } = thrown;
  const limited = status === 429 || (status === 403 && headers['retry-after'] !== undefined);
  const retryAfterMs = limited || status >= 500 ? waitMs(headers, { limited, nowMs }) : undefined;
  const requestId = headers['x-request-id'];
  return build(limited ? 'limited' : codeOf(status, call), call, {
    cause: thrown,
    context: { status, ...(requestId === undefined ? {} : { requestId }) },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** The error for a 2xx whose body is not what GitLab documents: a write was done, but where is unknown. */
export function unreadableAnswer(call: Call, cause: unknown): AppError {
  return build(call.write ? 'ambiguous' : 'unavailable', call, { cause });
}

function build(code: ErrorCode, call: Call, details: ConstructorParameters<typeof AppError>[2]): AppError {
  const status = details?.context?.['status'];
  const redirected = typeof status === 'number' && status >= 300 && status < 400;
  const suffix = status === undefined ? '' : ` (${status})`;
  return new AppError(code, `${call.action} failed: ${redirected ? REDIRECTED : EXPLANATIONS[code]}${suffix}`, details);
}

/** What `fetch` rejects with: a TypeError with a cause, a timeout, or our own refusal to read on. */
function isOfTheNetwork(thrown: unknown): boolean {
  if (thrown instanceof RangeError) return true;
  if (thrown instanceof DOMException) return thrown.name === 'TimeoutError' || thrown.name === 'AbortError';
  return thrown instanceof Error && causeCode(thrown) !== '';
}

function codeOfSilence(thrown: unknown, call: Call): ErrorCode {
  return call.write && !NEVER_SENT.has(causeCode(thrown)) ? 'ambiguous' : 'unavailable';
}

function causeCode(thrown: unknown): string {
  let current = thrown;
  for (let depth = 0; depth < CAUSE_DEPTH_MAX && current instanceof Error; depth += 1) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    current = current.cause;
  }
  return '';
}

function codeOf(status: number, call: Call): ErrorCode {
  if (status >= 500 || status === 408) return call.write ? 'ambiguous' : 'unavailable';
  if (status === 401 || status === 403) return 'denied';
  if (status === 404 || status === 410) return 'missing';
  return status === 409 ? 'conflict' : 'invalid';
}

function waitMs(headers: RefusedRequest['headers'], at: { limited: boolean; nowMs: number }): number | undefined {
  const retryAfterSec = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(retryAfterSec)) return clamp(retryAfterSec * 1_000);
  if (!at.limited) return undefined;
  const resetSec = Number(headers['ratelimit-reset'] ?? Number.NaN);
  return Number.isFinite(resetSec) ? clamp(resetSec * 1_000 - at.nowMs) : LIMIT_WAIT_MS;
}

function clamp(ms: number): number {
  return Math.min(Math.max(ms, WAIT_MS_MIN), WAIT_MS_MAX);
}
