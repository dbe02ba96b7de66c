/** How a caller stands after one more call. */
export interface Allowance {
  readonly allowed: boolean;
  /** Calls of a whole window. */
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  /** Until the window ends. */
  readonly resetMs: number;
}

/** Counts the calls of each caller. */
export interface RateLimiter extends AsyncDisposable {
  take(caller: string): Promise<Allowance>;
}
