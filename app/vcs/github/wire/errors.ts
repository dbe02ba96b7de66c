import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import {
  codeOfSilence,
  codeOfStatus,
  codeOfUnreadable,
  hostError,
  waitMs,
  type HostCall,
} from '#core/domain/host/host-call.ts';

const SECONDARY_LIMIT_WAIT_MS = 60_000;

const WORDS = {
  host: 'GitHub',
  refusal: 'the App may lack a permission or access to the repository',
  account: 'the App',
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
export function toGitHubError(thrown: unknown, call: HostCall, nowMs: number): AppError {
  if (thrown instanceof AppError) return thrown;
  const failure = RequestFailure.safeParse(thrown);
  if (!failure.success) return hostError(WORDS, { code: 'internal', call }, { cause: thrown });
  const { status, response } = failure.data;
  if (!response) return hostError(WORDS, { code: codeOfSilence(thrown, call), call }, { cause: thrown });
  const limited = isLimit(status, response);
  const code = limited ? 'limited' : codeOfStatus(status, call);
  const retryAfterMs =
    limited || status >= 500
      ? waitMs(response.headers['retry-after'], () => (limited ? untilReset(response.headers, nowMs) : undefined))
      : undefined;
  const requestId = response.headers['x-github-request-id'];
  return hostError(
    WORDS,
    { code, call },
    {
      cause: thrown,
      context: { status, ...(typeof requestId === 'string' ? { requestId } : {}) },
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}

/** The error for a 2xx whose body is not what GitHub documents: a write was done, but where is unknown. */
export function unreadableAnswer(call: HostCall, cause: unknown): AppError {
  return hostError(WORDS, { code: codeOfUnreadable(call), call }, { cause });
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

type Answer = NonNullable<z.infer<typeof RequestFailure>['response']>;

function isLimit(status: number, { headers, data }: Answer): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  if (headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0') return true;
  // A secondary limit may come without any header; then the link is the only field that tells it from a refusal.
  const body = DocumentedBody.safeParse(data);
  return body.success && /rate-limit/.test(body.data.documentation_url);
}

function untilReset(headers: Answer['headers'], nowMs: number): number {
  const resetSec = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  const isSpent = headers['x-ratelimit-remaining'] === '0' && Number.isFinite(resetSec);
  return isSpent ? resetSec * 1_000 - nowMs : SECONDARY_LIMIT_WAIT_MS;
}
