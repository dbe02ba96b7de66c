import { z } from 'zod';
import { AppError, type ErrorCode } from '#core/domain/errors.ts';

/** What was being asked of GitHub. `action` names it with its subject, e.g. `creating a comment on octo/app#3`. */
export interface Call {
  readonly action: string;
  /** Whether GitHub may have changed something: decides between `ambiguous` and `unavailable`. */
  readonly write: boolean;
}

const SECONDARY_LIMIT_WAIT_MS = 60_000;
const WAIT_MS_MIN = 1_000;
/** No window of GitHub's is longer than an hour; a clock that is off must not park a run for days. */
const WAIT_MS_MAX = 3_600_000;
const CAUSE_DEPTH_MAX = 5;

// The request cannot have left: no connection was ever made.
const NEVER_SENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

const EXPLANATIONS: Readonly<Record<ErrorCode, string>> = {
  invalid: 'GitHub found the request invalid',
  denied: 'GitHub refused; the App may lack a permission or access to the repository',
  missing: 'GitHub does not know it, or hides it from the App',
  conflict: 'it is in conflict with what GitHub has',
  unavailable: 'GitHub did not answer properly',
  ambiguous: 'GitHub did not confirm it and may have done it all the same',
  limited: 'GitHub asks us to wait',
  internal: 'an unexpected error',
};

/** Octokit's RequestError, by shape; `response` is absent when no answer came, and `status` then means nothing. */
const RequestFailure = z.object({
  status: z.number(),
  response: z.object({ headers: z.record(z.string(), z.unknown()), data: z.unknown() }).optional(),
});

const DocumentedBody = z.object({ documentation_url: z.string() });

/**
 * Puts anything thrown by a GitHub call into the words of the port; the thrown value is kept as `cause`, and an
 * `AppError` passes as it is. Statuses and headers decide, never a message. `nowMs`: milliseconds since the epoch.
 * Sources: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api and
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function toGitHubError(thrown: unknown, call: Call, nowMs: number): AppError {
  if (thrown instanceof AppError) return thrown;
  const failure = RequestFailure.safeParse(thrown);
  if (!failure.success) return build('internal', call, { cause: thrown });
  const { status, response } = failure.data;
  if (!response) return build(codeOfSilence(thrown, call), call, { cause: thrown });
  const limited = isLimit(status, response);
  const code = limited ? 'limited' : codeOf(status, call);
  const retryAfterMs = limited || status >= 500 ? waitMs(response.headers, { limited, nowMs }) : undefined;
  const requestId = response.headers['x-github-request-id'];
  return build(code, call, {
    cause: thrown,
    context: { status, ...(typeof requestId === 'string' ? { requestId } : {}) },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** The error for a 2xx whose body is not what GitHub documents: a write was done, but where is unknown. */
export function unreadableAnswer(call: Call, cause: unknown): AppError {
  return build(call.write ? 'ambiguous' : 'unavailable', call, { cause });
}

/** Whether GitHub turned the token away (401), which it does before anything is done. */
export function isUnauthorised(thrown: unknown): boolean {
  const failure = RequestFailure.safeParse(thrown);
  return failure.success && failure.data.response !== undefined && failure.data.status === 401;
}

/** Whether GitHub says that there is no such thing (404); for a write it is certain that nothing was done. */
export function isNotFound(thrown: unknown): boolean {
  const failure = RequestFailure.safeParse(thrown);
  return failure.success && failure.data.response !== undefined && failure.data.status === 404;
}

/** Headers of the answer behind a failure; none when no answer came. */
export function failureHeaders(thrown: unknown): Readonly<Record<string, unknown>> {
  return RequestFailure.safeParse(thrown).data?.response?.headers ?? {};
}

function build(code: ErrorCode, call: Call, details: ConstructorParameters<typeof AppError>[2]): AppError {
  const status = details?.context?.['status'];
  const suffix = status === undefined ? '' : ` (${status})`;
  return new AppError(code, `${call.action} failed: ${EXPLANATIONS[code]}${suffix}`, details);
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

type Answer = NonNullable<z.infer<typeof RequestFailure>['response']>;

function isLimit(status: number, { headers, data }: Answer): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  if (headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0') return true;
  // A secondary limit may come without any header; then the link is the only field that tells it from a refusal.
  const body = DocumentedBody.safeParse(data);
  return body.success && /rate-limit/.test(body.data.documentation_url);
}

function waitMs(headers: Answer['headers'], at: { limited: boolean; nowMs: number }): number | undefined {
  const retryAfterSec = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(retryAfterSec)) return clamp(retryAfterSec * 1_000);
  if (!at.limited) return undefined;
  const resetSec = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  const isSpent = headers['x-ratelimit-remaining'] === '0' && Number.isFinite(resetSec);
  return isSpent ? clamp(resetSec * 1_000 - at.nowMs) : SECONDARY_LIMIT_WAIT_MS;
}

function clamp(ms: number): number {
  return Math.min(Math.max(ms, WAIT_MS_MIN), WAIT_MS_MAX);
}
