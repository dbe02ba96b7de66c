import type { FieldErrors } from '#core/contracts/http/problems.ts';
import { AppError } from '#core/domain/errors.ts';
import type { CallOutcome } from '#core/domain/rules/call-outcome.ts';

const RETRY_MS = 2_000;

/** A field of a call is at fault, which only whoever was to do it could know; answered 400. */
export class FieldFault extends Error {
  override readonly name = 'FieldFault';
  readonly fields: FieldErrors;
  constructor(field: string, words: string) {
    super(words);
    this.fields = { [field]: [words] };
  }
}

/**
 * Goes on unless a call was refused.
 * @throws FieldFault where a field is at fault, AppError `conflict`, answered 409, where it cannot be done as things stand.
 */
export function unlessRefused(outcome: CallOutcome | undefined): void {
  if (outcome?.kind !== 'refused') return;
  if (outcome.field !== null) throw new FieldFault(outcome.field, outcome.words);
  throw new AppError('conflict', outcome.words.replace(/\.$/, ''));
}

/**
 * Goes on when a call was done.
 * @throws as {@link unlessRefused}; AppError `unavailable`, answered 503, for what is on record and was not done in time.
 */
export function mustBeDone(outcome: CallOutcome | undefined, action: string): void {
  unlessRefused(outcome);
  if (outcome !== undefined) return;
  const message = `${action} is on record and takes longer than usual`;
  throw new AppError('unavailable', message, { retryAfterMs: RETRY_MS });
}
