import type { PlacedRunLogEvent } from '../contracts/run-log.ts';

/** The live side of the run log. Postgres has the record; a stream may lose everything and is caught up from there. */
export interface RunLogStream {
  /** Tells live readers of events that are already committed. Never throws: a lost stream costs liveness, not data. */
  publish(requestId: string, events: readonly PlacedRunLogEvent[]): Promise<void>;
  /** Events after `position`, in order, without gap or duplicate, from the record first and live after; ends when the signal aborts. */
  follow(requestId: string, position: number, signal: AbortSignal): AsyncIterable<PlacedRunLogEvent>;
  close(): Promise<void>;
}
