import type { Job } from '../contracts/jobs.ts';
import type { RunLogEvent } from '../contracts/run-log.ts';
import type { Thread, Trigger } from '../domain/host/inbound.ts';
import type { Message } from '../domain/request/message.ts';
import type { Actor, Provider, RepoRef } from '../domain/host/repo.ts';
import type { Approval, ApprovalSubject } from '../domain/run/run-task.ts';
import type { ChangeRef, Run } from '../domain/run/run.ts';
import type { RequestEnd, RequestState, WorkRequest } from '../domain/request/work-request.ts';
import type { Claim } from '../domain/run/claim.ts';

/*
 * What people say to a request after it was made, and what becomes of it. Each method is one transaction, as in store.ts.
 */

/** A thread of one host, by numbers. */
export interface ThreadKey {
  readonly provider: Provider;
  readonly repoId: number;
  readonly kind: Thread['kind'];
  readonly number: number;
}

/** A request with its newest run. */
export interface Standing {
  readonly request: WorkRequest;
  readonly run: Run;
}

/** A request with the change that it has. */
export interface Proposed {
  readonly request: WorkRequest;
  readonly change: ChangeRef;
}

/** What somebody decided about what waits for approval. */
export interface Decision {
  readonly id: string;
  readonly deliveryId: string;
  readonly runId: string;
  readonly decision: 'approve' | 'reject';
  /** What the person saw; nothing is decided when something else waits by now. */
  readonly about: ApprovalSubject;
  readonly actor: Actor;
  /** Shown; empty when there is none. */
  readonly reason: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** How many runs were begun lately. */
export interface RunCounts {
  /** In the thread, within the last hour; of a request that has a change, there too. */
  readonly threadHour: number;
  /** By the person in all repositories of the host, within the last day. */
  readonly personDay: number;
  /** In the repository, within the last day. */
  readonly repositoryDay: number;
}

/** Requests as conversations. */
export interface Conversations {
  /** The newest request whose thread or whose change this is; `open` leaves out those that have ended. */
  find(thread: ThreadKey, which: 'open' | 'any'): Promise<Standing | undefined>;
  /**
   * Requests that have a change, newest first, at most 20: of a pull request the one whose change it is; of an issue those
   * that were made there, less those that take another change back.
   */
  proposed(thread: ThreadKey): Promise<readonly Proposed[]>;
  /**
   * The request of a run, of a check run's key (which is its id or that of a run), of a comment of ours, or of the newest run
   * that starts from a commit, which is where its check run is.
   */
  findByKey(
    by:
      | { readonly key: string }
      | { readonly provider: Provider; readonly commentId: string }
      | { readonly provider: Provider; readonly repoId: number; readonly sha: string },
  ): Promise<Standing | undefined>;
  /** Records words and the job that sees to them; a delivery says one thing only (`repeated` otherwise). */
  say(deliveryId: string, message: Message, jobs: readonly Job[]): Promise<'recorded' | 'repeated'>;
  /** Takes back words that no run has taken yet. Returns the request they were said to. */
  takeBack(repo: Pick<RepoRef, 'provider' | 'id'>, trigger: Trigger): Promise<{ requestId: string } | undefined>;
  /** Whether anything in a thread or of a request could be cancelled: a run that is not over, or words that wait. */
  underWay(of: ThreadKey | { readonly requestId: string }): Promise<boolean>;
  /** Takes back all words that wait in a thread or for a request; gives how many. */
  dropWaiting(of: ThreadKey | { readonly requestId: string }): Promise<number>;
  /** The request that these words made, if nobody has begun with it. */
  notBegun(repo: Pick<RepoRef, 'provider' | 'id'>, trigger: Trigger): Promise<{ requestId: string } | undefined>;
  /** Whether a delivery has already made a request, words, a decision or an allowed host. */
  seen(deliveryId: string): Promise<boolean>;
  /** The change that the request has; undefined while none of its runs opened one. */
  changeOf(requestId: string): Promise<ChangeRef | undefined>;
  /** Words that wait for a run of the request, oldest first. */
  waiting(requestId: string): Promise<readonly Message[]>;
  /**
   * Begins a further run, unless one is under way: `busy`. With `takes: 'waiting'` it gets all waiting words, and is not
   * begun when there are none (`nothing`); with a run's id it gets that run's words once more.
   */
  begin(next: {
    run: Run;
    takes: 'waiting' | { readonly runId: string };
    log: readonly RunLogEvent[];
    jobs: readonly Job[];
  }): Promise<'begun' | 'busy' | 'nothing'>;
  /** Words said to the request while the run works: they are its own from now on. */
  take(claim: Claim): Promise<readonly Message[]>;
  /** Words that the run has taken, oldest first. */
  messagesOf(runId: string): Promise<readonly Message[]>;
  /** All words said to the request that were not taken back, oldest first. */
  messages(requestId: string): Promise<readonly Message[]>;
  /** Words that were said on the host and on which no reaction of ours is confirmed yet. */
  unacknowledged(requestId: string): Promise<readonly Message[]>;
  /** The newest run of the request whose conversation can be gone on with. */
  lastWithSession(requestId: string): Promise<string | undefined>;
  /**
   * Decides what waits. An approval queues the run again, a rejection queues it to be ended; with the jobs. `changed`
   * when that very thing does not wait any more; a delivery decides once (`repeated`).
   */
  decide(decision: Decision, jobs: readonly Job[]): Promise<'decided' | 'changed' | 'repeated'>;
  /** Queues a run that waits for approval again without one, so that it is looked at anew. */
  reopen(runId: string, jobs: readonly Job[]): Promise<boolean>;
  /** Ends a request or opens it again; grows its version. */
  end(requestId: string, ended: RequestEnd | null, state?: RequestState): Promise<void>;
  /** Requests of a repository or of an installation that are open, or over because we lost access. */
  allOf(
    of:
      | { readonly provider: Provider; readonly repoId: number }
      | { readonly provider: Provider; readonly installationId: number },
    which: 'open' | 'access-lost',
  ): Promise<readonly Standing[]>;
  /** Lets workspaces of a request, or of the whole repository (`requestId` null), reach a host. */
  allowHost(allowed: {
    readonly repo: RepoRef;
    readonly requestId: string | null;
    readonly host: string;
    readonly by: Actor;
    readonly deliveryId: string;
  }): Promise<void>;
  /** Hosts that people have allowed for the request or its repository. */
  allowedHosts(request: Pick<WorkRequest, 'id' | 'repo'>): Promise<readonly string[]>;
  /** Writes the new names of a repository to all its requests. */
  rename(repo: RepoRef): Promise<void>;
  /** How many runs in the same thread come before this one and are not over; those that wait for approval do not count. */
  ahead(runId: string): Promise<number>;
  /** Queued runs of the thread in their order; each of their requests' versions grows, since its place has changed. */
  line(requestId: string): Promise<readonly { runId: string; requestId: string }[]>;
  /** How many runs were begun lately; in a thread none where none is named. */
  count(of: {
    thread: Pick<ThreadKey, 'provider' | 'repoId'> & Partial<Pick<ThreadKey, 'kind' | 'number'>>;
    actorId: number;
  }): Promise<RunCounts>;
}

/** The approval a decision stands for. */
export function approvalOf({ about, actor, at }: Decision): Approval {
  return { ...about, by: actor, at };
}
