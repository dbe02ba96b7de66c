import type { Failure } from '../domain/alert/failure.ts';
import type { AlertSource } from '../domain/alert/source.ts';

/**
 * Asks error trackers. Every method throws AppError: `denied` where the token may not or there is none, `missing` for what is not
 * there, `limited` and `unavailable` when it may work later, `invalid` for an answer that is none.
 */
export interface Trackers {
  /** What is known of an issue, by its newest event. */
  readFailure(source: AlertSource, issueId: string): Promise<Failure>;
}
