/** Who holds a run. */
export interface Claim {
  readonly runId: string;
  readonly epoch: number;
}
