/** What bounds one run, as the operator set it. */
export interface RunLimits {
  /** Milliseconds one agent may work (RUN_TIMEOUT_SEC). */
  readonly timeoutMs: number;
  /** Milliseconds the agent may be silent (RUN_IDLE_SEC). */
  readonly idleMs: number;
  /** Bytes the agent may print in all (RUN_OUTPUT_BYTES_MAX). */
  readonly outputBytesMax: number;
  /** Input and output tokens of a request, over all its tries (RUN_TOKENS_MAX). */
  readonly tokensMax: number;
  /** US dollars of a request, over all its tries; null: no limit in money (RUN_COST_USD_MAX). */
  readonly costUsdMax: number | null;
  /** Milliseconds the repository's own set-up may take (SETUP_TIMEOUT_SEC). */
  readonly setUpTimeoutMs: number;
  /** Bytes of a change (CHANGE_PATCH_BYTES_MAX). */
  readonly patchBytesMax: number;
}
