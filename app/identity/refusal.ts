import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { AppError } from '#core/domain/errors.ts';

/** Codes of openid-client for an issuer that does not answer, or not as one. */
const AWAY: ReadonlySet<string> = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
]);
/** An answer that is about us and not about the person (RFC 6749, 5.2). */
const OURS: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client', 'unsupported_grant_type']);
/** Errors of an issuer are words of this alphabet (RFC 6749, 5.2); anything else is not for a log. */
const WORD = /^[a-z_]{1,64}$/;

const word = (text: string): string => (WORD.test(text) ? text : 'an error without a name');

/**
 * Why a sign-in is refused, for the log.
 * @throws AppError `unavailable` when that is not what was thrown: the issuer is away, or does not know us.
 */
export function refusalOf(thrown: unknown): string {
  if (thrown instanceof AuthorizationResponseError) return `the issuer said ${word(thrown.error)}`;
  if (thrown instanceof ResponseBodyError && !OURS.has(thrown.error)) return `the issuer said ${word(thrown.error)}`;
  if (thrown instanceof ClientError && thrown.code !== undefined && !AWAY.has(thrown.code)) return thrown.code;
  throw awayError(thrown);
}

/** The AppError `unavailable` for an issuer that is away, or does not know us; what it was is in `cause`. */
export function awayError(cause: unknown): AppError {
  const inner = cause instanceof Error ? cause.cause : undefined;
  if (inner instanceof AppError) return inner;
  return new AppError('unavailable', 'Asking the identity provider: it did not answer as one', { cause });
}
