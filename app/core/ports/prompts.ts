import type { Message } from '../domain/request/message.ts';
import type { WorkRequest } from '../domain/request/work-request.ts';
import type { ProofRules } from '../domain/rules/proof-rules.ts';
import type { ChangeDiff } from './host/reviewer.ts';
import type { FailedJob, ThreadComment, ThreadView } from './host/thread-reader.ts';

/** What an agent is to do in one turn. */
export type Duty =
  /** Do what was asked. */
  | { readonly kind: 'change' }
  /** Write a plan and change nothing; with `mends`, of how to mend what {@link Duty} `fix` is about. */
  | { readonly kind: 'plan'; readonly mends?: readonly FailedJob[] }
  /** Do what the approved plan says. */
  | { readonly kind: 'carry-out'; readonly plan: string }
  /** Mend what reviewers remarked or what CI says failed. */
  | { readonly kind: 'fix'; readonly failedJobs: readonly FailedJob[] }
  /** Judge a pull request and change nothing; the answer is JSON. */
  | { readonly kind: 'review'; readonly diff: ChangeDiff };

/** One turn of an agent. */
export interface Assignment {
  readonly request: WorkRequest;
  readonly duty: Duty;
  /** What was said since the last turn, oldest first; empty on the first one. */
  readonly messages: readonly Message[];
  /** Whether the agent remembers its earlier turns of this request. */
  readonly resumed: boolean;
  /** The conversation as it is now, cleaned of what was edited after the trigger; null when there is nothing more to tell. */
  readonly thread: ThreadView | null;
  /** What is known of the failure that is to be mended; left out: nobody told of one. */
  readonly incident?: string;
  /** How the change will be proven; left out: not at all. */
  readonly proof?: ProofRules;
  /** What of it was said since an agent that remembers had its last turn, less the messages; left out: nothing. */
  readonly news?: readonly ThreadComment[];
}

/** Makes the whole prompt of one turn; texts of people are marked as data and bounded. Pure but for a random mark. */
export interface Prompts {
  render(assignment: Assignment): string;
}
