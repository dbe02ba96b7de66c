import { AppError } from '../errors.ts';
import type { Thread, Trigger } from '../host/inbound.ts';
import type { Actor, RepoRef } from '../host/repo.ts';

/** Request states, in the words existing clients of the API know. */
export type RequestState =
  'RECEIVED' | 'PLAN_READY' | 'EXECUTING' | 'PATCH_READY' | 'MR_OPENED' | 'REVIEWED' | 'DONE' | 'FAILED';

/** Why nothing further belongs to a request: its change was merged or closed, its branch or thread is gone, or we may not see it. */
export type RequestEnd = 'merged' | 'closed' | 'branch-deleted' | 'access-lost';

/** What a client of the API said about a request beside the words. */
export interface RequestCall {
  /** The repository link it was asked through. */
  readonly linkId: string;
  /** Where the client had it from; `direct_user` unless it says otherwise. */
  readonly source: string;
  /** Whom the client names as sender; empty when nobody. */
  readonly sender: string;
}

/** The aggregate: what somebody asked for, from the raw words to the outcome. Times are ISO 8601 UTC. */
export interface WorkRequest {
  readonly id: string;
  readonly repo: RepoRef;
  /** Where it was said; null when it was asked for through the API, so that nothing on the host speaks of it until its change does. */
  readonly thread: Thread | null;
  /** Null exactly when `thread` is. */
  readonly trigger: Trigger | null;
  /** How the API was told of it; null exactly when there is a thread. */
  readonly call: RequestCall | null;
  readonly requester: Actor;
  /** The words after the mention, exactly as written. */
  readonly prompt: string;
  readonly state: RequestState;
  /** Branch the change is proposed against, and its head commit when the request was accepted. */
  readonly base: { readonly ref: string; readonly sha: string };
  /** Null while further words in its thread belong to it. */
  readonly ended: RequestEnd | null;
  readonly createdAt: string;
  /** Counts visible changes; the report that showed version n is up to date until n grows. */
  readonly version: number;
}

const NEXT: Readonly<Record<RequestState, readonly RequestState[]>> = {
  RECEIVED: ['EXECUTING', 'FAILED'],
  EXECUTING: ['PLAN_READY', 'PATCH_READY', 'REVIEWED', 'DONE', 'FAILED'],
  PLAN_READY: ['EXECUTING', 'FAILED'],
  PATCH_READY: ['EXECUTING', 'MR_OPENED', 'DONE', 'FAILED'],
  MR_OPENED: ['EXECUTING', 'REVIEWED', 'DONE', 'FAILED'],
  REVIEWED: ['EXECUTING', 'DONE', 'FAILED'],
  DONE: ['EXECUTING'],
  FAILED: ['EXECUTING'],
};

/**
 * The state after a transition; the same state again is a no-op.
 * @throws AppError `conflict` when the table does not allow it.
 */
export function transition(from: RequestState, to: RequestState): RequestState {
  if (from === to || NEXT[from].includes(to)) return to;
  throw new AppError('conflict', `A request cannot go from ${from} to ${to}`);
}

/** The thread a request was asked in. @throws AppError `internal` for one that came through the API, which asks for no review. */
export function threadOf<Place>({ thread }: { readonly thread: Place | null }): Place {
  if (thread === null) throw new AppError('internal', 'The request was asked in no thread');
  return thread;
}

/** Where a request is spoken about: its thread, else the conversation of its change; undefined while it has neither. */
export function conversationOf(
  { thread }: Pick<WorkRequest, 'thread'>,
  change: { readonly number: number } | null,
): Pick<Thread, 'kind' | 'number'> | undefined {
  if (thread !== null) return thread;
  return change === null ? undefined : { kind: 'pull', number: change.number };
}

/** The branch a request's change lives on; the natural key by which its pull request is found again. */
export function branchOf(requestId: string): string {
  return `astraforge/${requestId}`;
}

const OUR_BRANCH = /^astraforge\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The request whose change lives on a branch; undefined for a branch that is not of that form. */
export function requestOfBranch(branch: string): string | undefined {
  return OUR_BRANCH.exec(branch)?.[1];
}
