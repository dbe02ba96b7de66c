/**
 * One write that took effect, also when its answer was lost to a fault. `at` is in milliseconds since the epoch,
 * `body` the parsed JSON (for a push: the refs that moved), `resultId` the id of what was made or changed. `Kind` names the
 * writes of the host.
 */
export interface LedgerEntry<Kind extends string> {
  readonly seq: number;
  readonly at: number;
  readonly kind: Kind;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly tokenId: string | undefined;
  readonly resultId: number | string;
}

/** One request as it arrived, REST or Git. `status` is 0 when the connection was cut by a fault. */
export interface RequestEntry {
  readonly seq: number;
  readonly at: number;
  readonly method: string;
  /** Path without the API prefix and without the query. */
  readonly path: string;
  readonly query: string;
  readonly operationId: string | undefined;
  readonly tokenId: string | undefined;
  readonly status: number;
  readonly faulted: boolean;
  readonly durationMs: number;
}

/** A departure from the host's described API, by the client or by the stand-in itself. */
export interface Violation {
  readonly direction: 'request' | 'response' | 'webhook';
  readonly operationId: string;
  readonly errors: readonly string[];
}

/** One exchange of the Git smart HTTP protocol; bytes are counted on the wire's body. */
export interface GitTransfer {
  readonly at: number;
  readonly repository: string;
  readonly service: 'git-upload-pack' | 'git-receive-pack';
  readonly step: 'advertise' | 'exchange';
  readonly bytesReceived: number;
  readonly bytesServed: number;
  readonly status: number;
  readonly tokenId: string | undefined;
}
