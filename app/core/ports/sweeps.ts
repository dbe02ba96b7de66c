import type { Job } from '../contracts/jobs.ts';

/** Finds what the queue may have lost. Errors are those of `store.ts`. */
export interface Sweeps {
  /** Unsettled deliveries, unsettled runs without a live holder requests whose newest version was not shown, and for a day incidents of whose request not everybody was told, untouched for `silentMs`. */
  findStranded(silentMs: number, countMax: number): Promise<readonly Job[]>;
}
