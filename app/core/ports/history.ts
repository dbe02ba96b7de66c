import type { Attachment } from './attachments.ts';
import type { Message } from '../domain/request/message.ts';
import type { Provider } from '../domain/host/repo.ts';
import type { Run, RunStatus } from '../domain/run/run.ts';
import type { WorkRequest } from '../domain/request/work-request.ts';

/*
 * What happened, for people who look. Everything is of one tenant; what belongs to another one is not there. Lists are
 * newest first and walk along an index, whatever the number of rows. Errors are those of `store.ts`.
 */

/** A place in a list: what comes after is older. `createdAt` is ISO 8601 UTC. */
export interface HistoryCursor {
  readonly createdAt: string;
  readonly id: string;
}

/** A part of a list. */
export interface HistoryPage {
  /** Null begins with the newest. */
  readonly after: HistoryCursor | null;
  readonly countMax: number;
}

/** Which runs to list; absent fields do not restrict. */
export interface RunFilter {
  readonly requestId?: string;
  readonly repo?: { readonly provider: Provider; readonly id: number };
  readonly status?: RunStatus;
  /** Account on the host of `provider`. */
  readonly requester?: { readonly provider: Provider; readonly id: number };
  /** ISO 8601 UTC; from `since` on, before `until`. */
  readonly since?: string;
  readonly until?: string;
}

/** A run with its request; `diffBytes` is the size of its diff. */
export interface RunLine {
  readonly run: Run;
  readonly request: WorkRequest;
  readonly diffBytes: number;
}

/** A request with its runs, oldest first. */
export interface RequestLine {
  readonly request: WorkRequest;
  readonly tenantId: string;
  readonly runs: readonly Run[];
}

/** A request as a whole. */
export interface RequestRecord extends RequestLine {
  readonly messages: readonly Message[];
}

/** Reads requests and runs of a tenant. */
export interface History {
  requests(tenantId: string, page: HistoryPage): Promise<readonly RequestLine[]>;
  request(tenantId: string, id: string): Promise<RequestRecord | undefined>;
  hasRequest(tenantId: string, id: string): Promise<boolean>;
  /** What came with words of a tenant through the API, by the id of the request or the message; those that came with nothing are left out. */
  attachments(tenantId: string, ids: readonly string[]): Promise<ReadonlyMap<string, readonly Attachment[]>>;
  runs(tenantId: string, filter: RunFilter, page: HistoryPage): Promise<readonly RunLine[]>;
  /** A run with its diff; null while there is none. */
  run(tenantId: string, id: string): Promise<(RunLine & { readonly diff: Uint8Array | null }) | undefined>;
  /** The newest run with a change of each request that has one. */
  changes(tenantId: string, page: HistoryPage): Promise<readonly RunLine[]>;
}
