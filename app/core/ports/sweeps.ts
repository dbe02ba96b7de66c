import type { Job } from '../contracts/jobs.ts';

/** Finds what the queue may have lost. Errors are those of `store.ts`. */
export interface Sweeps {
  /** Unsettled deliveries, unsettled runs without a live holder and requests whose newest version was not shown, untouched for `silentMs`. */
  findStranded(silentMs: number, countMax: number): Promise<readonly Job[]>;
  /**
   * Deletes bodies of deliveries and model calls of runs that were settled more than `olderThanMs` ago; the digests stay
   * for de-duplication. Returns of how many deliveries and runs.
   */
  pruneBodies(olderThanMs: number): Promise<number>;
  /** Forgets words that were heard, and repositories that were named, longer than `olderThanMs` ago. Returns how many words. */
  pruneHeard(olderThanMs: number): Promise<number>;
}
