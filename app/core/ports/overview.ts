/** What became of the runs of a tenant that ended on one day. */
export interface DayCounts {
  /** ISO 8601 date, UTC. */
  readonly day: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  /** US dollars; runs whose cost is not known count as nothing. */
  readonly costUsd: number;
  /** Input and output together. */
  readonly tokens: number;
}

/** How things go in a tenant. */
export interface OverviewCounts {
  readonly queued: number;
  readonly running: number;
  readonly awaitingApproval: number;
  /** Days on which something ended, oldest first. */
  readonly days: readonly DayCounts[];
  /** Median seconds from a request to the first change of it, of those opened in the period; null where there is none. */
  readonly medianSecToChange: number | null;
}

/** Sums runs up. Errors are those of `store.ts`. */
export interface Overviews {
  /** Of what ended from `since` on (ISO 8601 UTC); reads the runs of that time and those under way, and no others. */
  read(tenantId: string, since: string): Promise<OverviewCounts>;
}
