import type { TokenUsage } from '../domain/run/run.ts';

/** One call at the model as it went over the wire, redacted, for replay. */
export interface ModelCall {
  readonly runId: string;
  readonly epoch: number;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly tookMs: number;
  /** HTTP status given to the guest. */
  readonly status: number;
  readonly model: string | null;
  readonly usage: TokenUsage | null;
  readonly request: string;
  readonly response: string;
  /** Whether a body was cut to its bound. */
  readonly cut: boolean;
}

/** The model calls of runs, as recorded. */
export interface ModelCalls {
  /** Appends; a run keeps at most the bytes the store allows, the oldest go first. */
  recordCall(call: ModelCall): Promise<void>;
  /** Calls of a run, oldest first. */
  readCalls(runId: string, countMax: number): Promise<readonly ModelCall[]>;
  /** All calls of a run, oldest first, of which one at a time is in memory; those deleted meanwhile are left out. */
  eachCall(runId: string): AsyncIterable<ModelCall>;
}
