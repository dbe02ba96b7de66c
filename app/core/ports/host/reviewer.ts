import type { DiffFile, DiffPlace } from '../../domain/change/diff.ts';
import type { RepoRef } from '../../domain/host/repo.ts';
import type { Placed } from './vcs.ts';

/** A pull request as a reviewer needs it: which commits are compared, and how they differ. */
export interface ChangeDiff {
  readonly baseSha: string;
  /** Merge base of the two. */
  readonly startSha: string;
  readonly headSha: string;
  readonly files: readonly DiffFile[];
  /** Whether the host left files out. */
  readonly cut: boolean;
}

/** A discussion on a line that we began. `key` is the hidden key its first comment carries. */
export interface ReviewThread {
  readonly id: string;
  readonly key: string;
  /** The run whose review it is part of; null when its first comment does not say. */
  readonly reviewId: string | null;
  readonly path: string;
  /** Null when the host says that the place is outdated. */
  readonly line: number | null;
  readonly resolved: boolean;
  /** Whether somebody else has answered in it. */
  readonly answered: boolean;
}

/**
 * One remark to put on a line; `body` is Markdown, redacted and harmless, and begins with a hidden line of its own, which holds
 * its key and the run whose review it is part of.
 */
export interface ReviewRemark {
  readonly key: string;
  readonly place: DiffPlace;
  readonly body: string;
}

/**
 * Reads and reviews pull requests. Errors are those of `vcs.ts`; a remark at a place that the host does not take is
 * `invalid` and nothing of the review was posted.
 */
export interface Reviewer {
  readDiff(repo: RepoRef, number: number, filesMax: number): Promise<ChangeDiff>;
  /** Discussions that we began on the pull request, whoever answered; all pages. */
  ourThreads(repo: RepoRef, number: number): Promise<readonly ReviewThread[]>;
  /**
   * Posts all remarks and the summary as one review, without approving or blocking. Where a host cannot do that in one piece,
   * the summary comes last, and remarks that an interrupted call has left behind are not posted again.
   */
  postReview(
    repo: RepoRef,
    review: { number: number; diff: ChangeDiff; summary: string; remarks: readonly ReviewRemark[] },
  ): Promise<Placed>;
  /** Finds a review of ours by the hidden marker in its summary. */
  findReview(repo: RepoRef, number: number, marker: string): Promise<Placed | undefined>;
  /** Marks a discussion of ours as resolved; doing it again is no error. */
  resolveThread(repo: RepoRef, number: number, threadId: string): Promise<void>;
}
