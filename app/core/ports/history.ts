import type { Attachment } from './access/attachments.ts';
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
  /** Repository by `owner/name` in any of the names it had when something was asked, whatever their case; with all its runs. */
  readonly repoName?: string;
  /** Account by login, in the same way. */
  readonly requesterLogin?: string;
  /** Host that both names belong to; absent: any. */
  readonly namesOf?: Provider;
  /** Where it was asked for: a Git host by its name, or elsewhere. */
  readonly source?: string;
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

/** A run as a whole. */
export interface RunRecord extends RunLine {
  /** Null while there is none. */
  readonly diff: Uint8Array | null;
  /** When its log was forgotten, ISO 8601 UTC; null while it is kept. */
  readonly logPrunedAt: string | null;
}

/** What somebody decided about a run, in the words that were kept. `at` is ISO 8601 UTC. */
export interface RunDecision {
  readonly decision: 'approve' | 'reject';
  readonly subject: 'plan' | 'publish';
  readonly by: { readonly id: number; readonly login: string };
  readonly reason: string;
  readonly at: string;
}

/** Which log an id names, and how it stands. */
export interface LogStanding {
  readonly requestId: string;
  /** Null for the log of the request with all its runs. */
  readonly runId: string | null;
  /** Whether all of its runs are over; a further run of a request opens it again. */
  readonly isOver: boolean;
  /** Events up to this position are forgotten; 0 while all are kept. */
  readonly prunedTo: number;
}

/** Reads requests and runs of a tenant. */
export interface History {
  requests(tenantId: string, page: HistoryPage): Promise<readonly RequestLine[]>;
  request(tenantId: string, id: string): Promise<RequestRecord | undefined>;
  hasRequest(tenantId: string, id: string): Promise<boolean>;
  /** What came with words of a tenant through the API, by the id of the request or the message; those that came with nothing are left out. */
  attachments(tenantId: string, ids: readonly string[]): Promise<ReadonlyMap<string, readonly Attachment[]>>;
  runs(tenantId: string, filter: RunFilter, page: HistoryPage): Promise<readonly RunLine[]>;
  run(tenantId: string, id: string): Promise<RunRecord | undefined>;
  /** What was decided about a run, oldest first. */
  decisions(tenantId: string, runId: string): Promise<readonly RunDecision[]>;
  /** How the log of a run or of a request stands; costs the same however large either is. */
  log(tenantId: string, id: string): Promise<LogStanding | undefined>;
  /** The newest run with a change of each request that has one. */
  changes(tenantId: string, page: HistoryPage): Promise<readonly RunLine[]>;
}
