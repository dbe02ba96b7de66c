/** The closed list of decisions an error can ask for; adapters translate every vendor failure to one of these. */
export type ErrorCode =
  'invalid' | 'denied' | 'missing' | 'conflict' | 'unavailable' | 'ambiguous' | 'limited' | 'internal';

/** Flat facts for the log (ids, counts, names); never a secret, never text a stranger wrote. */
export type ErrorContext = Readonly<Record<string, string | number | boolean>>;

/** What an {@link AppError} is made of besides its message. */
export interface ErrorDetails {
  readonly context?: ErrorContext;
  readonly cause?: unknown;
  /** Milliseconds after which a retry makes sense; only with a retryable code. */
  readonly retryAfterMs?: number;
}

const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['unavailable', 'ambiguous', 'limited']);

/**
 * The one error the core throws. `message` names the action and its subject and is safe to show to anyone;
 * `cause` stays in the log. `ambiguous` means: a write may or may not have happened, look before repeating it.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly context: ErrorContext;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.context = details.context ?? {};
    this.retryAfterMs = details.retryAfterMs;
  }

  /** True when the same call may succeed later without anyone changing anything. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}

/** Narrow an unknown thrown value: an `AppError` as it is, anything else as `internal` with the value as cause. */
export function toAppError(thrown: unknown, action: string): AppError {
  return thrown instanceof AppError ? thrown : new AppError('internal', `${action} failed`, { cause: thrown });
}
