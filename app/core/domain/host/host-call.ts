import { AppError, type ErrorCode } from '../errors.ts';

/** What was being asked of a Git host. `action` names it with its subject, e.g. `creating a comment on octo/app#3`. */
export interface HostCall {
  readonly action: string;
  /** Whether the host may have changed something: decides between `ambiguous` and `unavailable`. */
  readonly write: boolean;
}

/** How a host is named to people: what a refusal may mean there, and from whom it hides things. */
export interface HostWords {
  readonly host: string;
  readonly refusal: string;
  readonly account: string;
}

const WAIT_MS_MIN = 1_000;
/** No window of a host's is longer than an hour; a clock that is off must not park a run for days. */
const WAIT_MS_MAX = 3_600_000;
const CAUSE_DEPTH_MAX = 5;

// The request cannot have left: no connection was ever made, or no trusted one.
const NEVER_SENT: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'],
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'],
]);

/** A failed call in words for people. `instead` stands in for what the code means; a status in the context is shown. */
export function hostError(
  { host, refusal, account }: HostWords,
  failed: { readonly code: ErrorCode; readonly call: HostCall; readonly instead?: string | undefined },
  details: ConstructorParameters<typeof AppError>[2],
): AppError {
  const meaning: Readonly<Record<ErrorCode, string>> = {
    invalid: `${host} found the request invalid`,
    denied: `${host} refused; ${refusal}`,
    missing: `${host} does not know it, or hides it from ${account}`,
    conflict: `it is in conflict with what ${host} has`,
    unavailable: `${host} did not answer properly`,
    ambiguous: `${host} did not confirm it and may have done it all the same`,
    limited: `${host} asks us to wait`,
    internal: 'an unexpected error',
  };
  const status = details?.context?.['status'];
  const suffix = status === undefined ? '' : ` (${status})`;
  const { code, call, instead = meaning[code] } = failed;
  return new AppError(code, `${call.action} failed: ${instead}${suffix}`, details);
}

/** What a status that is no success, and no limit, says about a call. */
export function codeOfStatus(status: number, { write }: HostCall): ErrorCode {
  if (status >= 500 || status === 408) return write ? 'ambiguous' : 'unavailable';
  if (status === 401 || status === 403) return 'denied';
  if (status === 404 || status === 410) return 'missing';
  return status === 409 ? 'conflict' : 'invalid';
}

/** What a call without an answer ended in, by what was thrown. */
export function codeOfSilence(thrown: unknown, { write }: HostCall): ErrorCode {
  return write && !NEVER_SENT.has(causeCode(thrown)) ? 'ambiguous' : 'unavailable';
}

/** What a success that cannot be read ended in: a write was done, but where is unknown. */
export function codeOfUnreadable({ write }: HostCall): ErrorCode {
  return write ? 'ambiguous' : 'unavailable';
}

/** The code of the outermost system error, for example `ECONNREFUSED`; empty when there is none. */
export function causeCode(thrown: unknown): string {
  let current = thrown;
  for (let depth = 0; depth < CAUSE_DEPTH_MAX && current instanceof Error; depth += 1) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    current = current.cause;
  }
  return '';
}

/** How long to wait, in milliseconds: what `retry-after` says (seconds, RFC 9110 10.2.3), else what `otherwise` says. */
export function waitMs(retryAfter: unknown, otherwise: () => number | undefined): number | undefined {
  const retryAfterSec = Number(retryAfter ?? Number.NaN);
  const ms = Number.isFinite(retryAfterSec) ? retryAfterSec * 1_000 : otherwise();
  return ms === undefined ? undefined : Math.min(Math.max(ms, WAIT_MS_MIN), WAIT_MS_MAX);
}
