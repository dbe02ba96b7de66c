import type { Job } from '../contracts/jobs.ts';
import type { PlacedRunLogEvent, RunLogEvent } from '../contracts/run-log.ts';
import type { Claim } from '../domain/run/claim.ts';
import type { Effect, EffectKind } from '../domain/host/effect.ts';
import type { Tracker } from '../domain/alert/alert.ts';
import type { Provider } from '../domain/host/repo.ts';
import type { Run } from '../domain/run/run.ts';
import type { ConnectorSender } from '../domain/request/connector.ts';
import type { RequestState, WorkRequest } from '../domain/request/work-request.ts';
import type { Alerts } from './alerts.ts';
import type { Conversations, ThreadKey } from './conversations.ts';
import type { AgentSession } from './executor.ts';
import type { Healing } from './healing.ts';
import type { Heard, Listening } from './heard.ts';
import type { History } from './history.ts';
import type { Incidents } from './incidents.ts';
import type { ModelCalls } from './model-calls.ts';
import type { Overviews } from './overview.ts';
import type { ProcessNotes } from './process-notes.ts';
import type { Pruning } from './pruning.ts';
import type { Reports } from './reports.ts';
import type { Sweeps } from './sweeps.ts';
import type { AccessStore } from './access/tenants.ts';
import type { WriteBudget } from './write-budget.ts';

/*
 * The only truth. Each method is one transaction; the jobs given to it are committed with it (outbox).
 * Every method throws AppError `unavailable` when Postgres does not answer.
 */

/** A webhook of a Git host, an error tracker or a connector as it arrived, or a call of our own API that changes something (`contracts/api-call.ts`). */
export interface Delivery {
  readonly id: string;
  readonly provider: Provider | Tracker | ConnectorSender | 'api';
  /** The sender's own id (GitHub: X-GitHub-Delivery). */
  readonly guid: string;
  readonly event: string;
  /** SHA-256 of the raw body, lower-case hex; of a tracker's, of that and what tells it from equal ones. */
  readonly bodySha256: string;
  readonly body: Uint8Array;
}

/** Records and settles deliveries. */
export interface Inbox {
  /** Writes the delivery and its `handle-delivery` job in one statement. `repeated`: the guid or the body was seen before; nothing was written. */
  record(delivery: Delivery): Promise<'recorded' | 'repeated'>;
  read(deliveryId: string): Promise<{ delivery: Delivery; receivedAt: string; settled: boolean } | undefined>;
  /** What became of it; undefined until that is noted. */
  outcomeOf(deliveryId: string): Promise<string | undefined>;
  /** Notes what became of it; the body is kept until pruned. */
  settle(deliveryId: string, outcome: string): Promise<void>;
}

/** What a run may write about itself; absent fields stay as they are. */
export type RunPatch = Partial<
  Pick<
    Run,
    | 'status'
    | 'provisioner'
    | 'finalMessage'
    | 'usage'
    | 'commands'
    | 'failure'
    | 'change'
    | 'pushed'
    | 'costUsd'
    | 'blocked'
    | 'savedBranch'
    | 'proof'
    | 'plan'
    | 'awaiting'
    | 'startedAt'
    | 'finishedAt'
  >
>;

/** The agent's result that must survive a lost worker: kept before anything is published. */
export interface RunResult {
  /** Null while there is none: the agent failed, or its changes were not collected. */
  readonly patch: Uint8Array | null;
  /** What was done until the agent was cut; a later run can go on from it. Never published as a change. */
  readonly unfinished?: Uint8Array | null;
  readonly session: AgentSession | null;
}

/** One fenced step of a run: state, log and jobs together. */
export interface RunStep {
  readonly run?: RunPatch;
  readonly request?: RequestState;
  readonly log?: readonly RunLogEvent[];
  readonly result?: RunResult;
  readonly jobs?: readonly Job[];
}

/** Requests and runs. */
export interface Runs {
  /** Writes a request, its first run, its first log events and jobs; a delivery makes at most one request (`repeated` otherwise). */
  submit(entry: {
    deliveryId: string;
    request: WorkRequest;
    run: Run;
    log: readonly RunLogEvent[];
    jobs: readonly Job[];
  }): Promise<'submitted' | 'repeated'>;
  /** Takes the run for `holder` with epoch + 1 when it is queued or its holder has been silent for `silentMs`; undefined when it is held, settled or unknown. */
  claim(runId: string, by: { holder: string; silentMs: number }): Promise<Run | undefined>;
  /** Renews the claim; `lost` when another epoch holds it. */
  heartbeat(claim: Claim): Promise<'held' | 'cancel' | 'lost'>;
  /** Writes a step under the claim's epoch. Returns the placed log events, or `lost` (nothing was written). Grows the request's version. */
  advance(claim: Claim, step: RunStep): Promise<readonly PlacedRunLogEvent[] | 'lost'>;
  /**
   * Gives a claimed run back (status queued, holder none, the claim not counted) with its job. With `retryInMs` the job
   * starts after that time and the try is counted; without, it is a hand-over.
   */
  release(claim: Claim, jobs: readonly Job[], retryInMs?: number): Promise<'released' | 'lost'>;
  /**
   * Marks runs that are not over for cancelling, of a thread (its own and those of the request whose change it is) or of a
   * request, with the reason to show; queued ones become claimable by their job at once, and so do those that wait for
   * approval. Returns their ids.
   */
  requestCancel(of: ThreadKey | { readonly requestId: string }, reason: string): Promise<readonly string[]>;
  readRun(runId: string): Promise<{ run: Run; request: WorkRequest } | undefined>;
  readResult(runId: string): Promise<RunResult | undefined>;
  /** The request with its newest run. */
  readRequest(requestId: string): Promise<{ request: WorkRequest; run: Run } | undefined>;
  isLive(claim: Claim): Promise<boolean>;
}

/** The run log as recorded. */
export interface RunLogRecord {
  /** Events of a request after `position`, oldest first, at most `countMax`. */
  readLog(requestId: string, position: number, countMax: number): Promise<readonly PlacedRunLogEvent[]>;
  /** First `head` and last `tail` events of a run and how many it has in all. */
  readLogEnds(
    runId: string,
    ends: { head: number; tail: number },
  ): Promise<{ head: readonly RunLogEvent[]; tail: readonly RunLogEvent[]; total: number }>;
}

/** The effects ledger. */
export interface Effects {
  /** The row, made as `planned` when absent. */
  plan(subjectId: string, kind: EffectKind): Promise<Effect>;
  /** The row, when there is one. */
  read(subjectId: string, kind: EffectKind): Promise<Effect | undefined>;
  /**
   * planned|sent -> sent. With a claim: if it still holds. Without: if no other call may be under way, that is none began
   * within the last 60 s without being marked since. `lost` otherwise.
   */
  markSent(effect: Pick<Effect, 'subjectId' | 'kind'>, claim?: Claim): Promise<'marked' | 'lost'>;
  /** Still sent, and our call is over: the next one looks first and may send at once. */
  markUnclear(effect: Pick<Effect, 'subjectId' | 'kind'>): Promise<void>;
  /** Back to planned: the host refused for certain, nothing exists there. */
  markRefused(effect: Pick<Effect, 'subjectId' | 'kind'>): Promise<void>;
  confirm(effect: Pick<Effect, 'subjectId' | 'kind'>, placed: { externalId: string; url: string }): Promise<void>;
}

/** A committed job waiting for the relay. */
export interface OutboxEntry {
  readonly id: string;
  readonly job: Job;
  readonly delayMs: number;
}

/** Committed jobs on their way to the queue. */
export interface Outbox {
  /** Hands up to `countMax` entries, oldest first, to `deliver` and deletes those for which it resolved; concurrent relays never share an entry. Returns how many; throws the first failure of `deliver` once the others are done with. */
  drain(countMax: number, deliver: (entry: OutboxEntry) => Promise<void>): Promise<number>;
  /** Commits jobs on their own (retries, sweeps). */
  enqueue(jobs: readonly Job[], delayMs?: number): Promise<void>;
  /** Resolves when something was committed since the last call, or after `waitMs`, or when the signal aborts. */
  awaitCommit(waitMs: number, signal: AbortSignal): Promise<void>;
}

/** Everything at once; only composition roots hold one. */
export interface Store extends AccessStore {
  readonly inbox: Inbox;
  readonly alerts: Alerts;
  readonly incidents: Incidents;
  readonly runs: Runs;
  readonly conversations: Conversations;
  readonly log: RunLogRecord;
  readonly effects: Effects;
  readonly reports: Reports;
  readonly outbox: Outbox;
  readonly sweeps: Sweeps;
  readonly pruning: Pruning;
  readonly modelCalls: ModelCalls;
  readonly healing: Healing;
  readonly heard: Heard;
  readonly listening: Listening;
  readonly history: History;
  readonly overviews: Overviews;
  readonly processNotes: ProcessNotes;
  readonly writeBudget: WriteBudget;
  /** One trivial round trip. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
