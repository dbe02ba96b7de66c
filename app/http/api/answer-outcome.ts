import type { FieldErrors } from '#core/contracts/http/problems.ts';
import { AppError } from '#core/domain/errors.ts';
import type { CallOutcome } from '#core/domain/rules/call-outcome.ts';

const RETRY_MS = 2_000;

/** What a refused call is answered: 400 by field where one is at fault. Null when it was not refused. */
export function fieldFault(outcome: CallOutcome | undefined): FieldErrors | null {
  if (outcome?.kind !== 'refused' || outcome.field === null) return null;
  return { [outcome.field]: [outcome.words] };
}

/** @throws AppError `conflict`, answered 409, when a call was refused as things stand, whatever is in it. */
export function refusedOrNot(outcome: CallOutcome | undefined): void {
  if (outcome?.kind === 'refused') throw new AppError('conflict', outcome.words.replace(/\.$/, ''));
}

/** @throws AppError `unavailable`, answered 503, for what is on record and was not done in time; asking again with the same id finds it. */
export function inTime(outcome: CallOutcome | undefined, action: string): void {
  if (outcome !== undefined) return;
  const message = `${action} is on record and takes longer than usual`;
  throw new AppError('unavailable', message, { retryAfterMs: RETRY_MS });
}
