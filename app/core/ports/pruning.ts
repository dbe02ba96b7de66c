/**
 * Forgets what was kept long enough. Each call is one short statement over a bounded number of rows and may run anywhere, at
 * any time, in parallel; it returns how much it did, and 0 once nothing of that age is left. Nothing is touched that a run
 * under way, or words that wait for one, may still need. Errors are those of `store.ts`.
 */
export interface Pruning {
  /** Bodies of deliveries settled more than `olderThanMs` ago; the digests stay, so that repetitions are still recognised. */
  deliveries(olderThanMs: number): Promise<number>;
  /** Model calls of runs that are over for longer than that. */
  calls(olderThanMs: number): Promise<number>;
  /** Log events of runs that are over for longer than that. Positions stay as they are: further events go on counting. */
  logs(olderThanMs: number): Promise<number>;
  /**
   * Requests at rest for longer than that whose logs and model calls are forgotten already, with their runs and all that
   * belongs to them. That their deliveries were seen stays known. An incident that was being seen to by one of them is closed.
   */
  requests(olderThanMs: number): Promise<number>;
  /** Alerts that arrived longer ago than that. */
  alerts(olderThanMs: number): Promise<number>;
  /**
   * Incidents that are recorded, merged or closed and were last told of longer ago than that, with what alerts find them by. One
   * that an alert or another incident on record refers to stays.
   */
  incidents(olderThanMs: number): Promise<number>;
  /** Words that were heard, and repositories that were named, longer ago than that. */
  heard(olderThanMs: number): Promise<number>;
  /** Answers that were kept for a repetition longer ago than that; of sessions and logouts what is over by itself goes as well. */
  answers(olderThanMs: number): Promise<number>;
}
