/** Who may write reports of a request just now, and what was last shown. */
export interface ReportLease {
  readonly requestId: string;
  readonly holder: string;
  /** Version last shown in full; 0 at first. */
  readonly reportedVersion: number;
  /** ISO time of the last report, null at first. */
  readonly reportedAt: string | null;
}

/** One writer of reports per request at a time. */
export interface Reports {
  /** The lease for `leaseMs`, or undefined when somebody else has it. */
  acquire(requestId: string, by: { holder: string; leaseMs: number }): Promise<ReportLease | undefined>;
  /** Ends the lease; with `version`, that version has been shown. */
  release(lease: ReportLease, shown?: { version: number }): Promise<void>;
}
