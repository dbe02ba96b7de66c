/** What one run may use of the model. A call is refused before it is forwarded once a limit is reached. */
export interface RunBudget {
  /** Input and output tokens together. */
  readonly tokensMax: number;
  /** US dollars by the configured price table; null: no limit in money. */
  readonly costUsdMax: number | null;
  /** ISO 8601 UTC; no call begins after it. */
  readonly deadline: string;
}

/** US dollars per million tokens of one model. */
export interface ModelPrice {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
}

/** Prices by model name. */
export type PriceTable = Readonly<Record<string, ModelPrice>>;
