/** What was answered to a call. `body` is null where the answer was for one pair of eyes, once. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** A call by the key that its client gave it, and what it asked for; both are SHA-256 as lower-case hex. */
export interface CallKey {
  readonly tenantId: string;
  readonly keySha256: string;
  readonly fingerprint: string;
}

/** Calls that carry an Idempotency-Key. What they were answered is kept for a day. Errors are those of `store.ts`. */
export interface IdempotentCalls {
  /**
   * `begun`: it is ours to do. `other`: the key was used for something else. `under-way`: another process is at it, or was
   * less than a minute ago.
   */
  begin(call: CallKey): Promise<'begun' | 'other' | 'under-way' | KeptAnswer>;
  answer(call: CallKey, answer: KeptAnswer): Promise<void>;
  /** It came to nothing, and may be tried again at once. */
  forget(call: CallKey): Promise<void>;
}

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
