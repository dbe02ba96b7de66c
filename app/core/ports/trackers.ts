import type { Failure } from '../domain/alert/failure.ts';
import type { AlertSource } from '../domain/alert/source.ts';
import type { Placed } from './host/vcs.ts';

/**
 * Asks error trackers. Every method throws AppError: `denied` where the token may not or there is none, `missing` for what is not
 * there, `limited` and `unavailable` when it may work later, `invalid` for an answer that is none.
 */
export interface Trackers {
  /** What is known of an issue, by its newest event. */
  readFailure(source: AlertSource, issueId: string): Promise<Failure>;
}

/**
 * Writes to error trackers what became of an issue. Errors are those of {@link Trackers}; what writes throws `ambiguous` too, when
 * it may have been done, and writes nothing twice by itself. A tracker tells its webhooks of what is written here.
 */
export interface TrackerDesk {
  /** The commit that a release was built of, where the tracker knows it. It can be one of another repository. */
  releaseCommit(source: AlertSource, release: string): Promise<string | undefined>;
  /** A comment that holds `marker`; the newest of several. Throws rather than say that there is none without having seen all. */
  findComment(source: AlertSource, issueId: string, marker: string): Promise<Placed | undefined>;
  /** Needs `event:write`. Where the tracker refuses to hold the same words twice, gives the comment that has them. */
  comment(source: AlertSource, issueId: string, text: string): Promise<Placed>;
  /** Needs `event:write`. Doing it twice changes nothing. */
  updateComment(
    source: AlertSource,
    issueId: string,
    comment: { readonly externalId: string; readonly text: string },
  ): Promise<void>;
  /** Needs `event:write`. `next-release`: where the tracker has such (Sentry, once it knows a release), else at once. */
  resolve(source: AlertSource, issueId: string, how: 'next-release' | 'at-once'): Promise<void>;
}
