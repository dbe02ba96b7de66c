import type { Thread } from '../../domain/host/inbound.ts';
import type { Actor, RepoRef } from '../../domain/host/repo.ts';

/*
 * What a host knows around a request, for the agent to read. Nothing here is an instruction: whoever hands it on marks it
 * as data. Errors are those of `vcs.ts`.
 */

/** One contribution to a thread. Times are ISO 8601 UTC. */
export interface ThreadComment {
  readonly id: number;
  readonly author: Actor;
  readonly body: string;
  readonly createdAt: string;
  /** When it was last edited; null when it never was. */
  readonly editedAt: string | null;
  /** Where in the diff it is, for a review comment. `line` counts from 1, null when the place is outdated. */
  readonly at: { readonly path: string; readonly line: number | null; readonly hunk: string } | null;
  /** Which discussion it belongs to, and whether people have marked that as resolved; null outside of discussions. */
  readonly discussion: { readonly id: string; readonly resolved: boolean } | null;
  /** Id of the review that it was submitted with; left out where there is none. All of a review is said at once. */
  readonly partOf?: number;
}

/** A thread that another one links to. `editedAt` counts changes of title and body. Times are ISO 8601 UTC. */
export interface LinkedThread extends Thread {
  readonly createdAt: string;
  readonly editedAt: string | null;
}

/** A thread as it is now. */
export interface ThreadView extends Thread {
  readonly author: Actor;
  readonly editedAt: string | null;
  readonly open: boolean;
  /** Oldest first; `omitted` tells how many in the middle were left out. */
  readonly comments: readonly ThreadComment[];
  readonly omitted: number;
  /** Issues that the thread links to, by the host's own word or by `#number` in its body; at most ten. */
  readonly linked: readonly LinkedThread[];
}

/** Reads a whole conversation. */
export interface ThreadReader {
  /** The thread with its comments, review comments included, at most `commentsMax` of them: the first and the newest. */
  readThread(repo: RepoRef, thread: Pick<Thread, 'kind' | 'number'>, commentsMax: number): Promise<ThreadView>;
}

/** A job of the repository's own CI that failed. `log` is the end of its log, empty when the host does not give it. */
export interface FailedJob {
  readonly name: string;
  readonly url: string;
  readonly log: string;
}

/** Reads what the repository's own CI says about a commit. */
export interface CiReader {
  /** Failed jobs of the newest runs on the commit, at most ten, each with the last `logBytesMax` bytes of its log. Ours do not count. */
  failedJobs(repo: RepoRef, sha: string, logBytesMax: number): Promise<readonly FailedJob[]>;
}

/** Fetches pictures that people attached. */
export interface ImageReader {
  /**
   * Pictures named in a comment or thread body, also of a private repository, in their order: at most `countMax`, each at
   * most `bytesMax` (larger ones and what is no PNG, JPEG, GIF or WebP are left out). Only the host itself and its own
   * storage are asked.
   */
  readImages(
    repo: RepoRef,
    from: { thread: Pick<Thread, 'kind' | 'number'>; commentId: number | null },
    limits: { countMax: number; bytesMax: number },
  ): Promise<readonly { name: string; type: string; bytes: Uint8Array }[]>;
}
