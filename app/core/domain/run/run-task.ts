import type { Actor } from '../host/repo.ts';

/** How hard a model may be asked to think. */
export const REASONING_EFFORTS = ['low', 'medium', 'high'] as const;
export type ReasoningEffort = (typeof REASONING_EFFORTS)[number];

/** What somebody asked for beside the words; absent: as configured. */
export interface RunOptions {
  readonly model?: string;
  /** Input and output tokens together. */
  readonly maxTokens?: number;
  readonly maxCostUsd?: number;
  /** Branch to start from and to propose the change against. */
  readonly base?: string;
  /** Whether the pull request is opened as a draft. */
  readonly draft?: boolean;
  /** How hard the model thinks. */
  readonly reasoningEffort?: ReasoningEffort;
}

/** What a maintainer must agree to before a run goes on: nothing, the plan before the work, or the diff before it is pushed. */
export type ApprovalNeed = 'none' | 'plan' | 'publish';

/** A merged change of ours that is taken back. */
export interface Reverted {
  /** The request that it was made for. */
  readonly requestId: string;
  /** Its title, in one line and harmless. */
  readonly title: string;
  /** Number of its pull request. */
  readonly number: number;
  /** The commit by which it came into its base branch. */
  readonly sha: string;
  /** When it did, ISO 8601 UTC. */
  readonly at: string;
}

/** What one run is to do; fixed when it is made. */
export interface RunTask {
  /**
   * `change`: what was asked. `fix`: what reviewers or CI found. `review`: judge a pull request, change nothing. `revert`:
   * take back a change that was merged, without any agent.
   */
  readonly kind: 'change' | 'fix' | 'review' | 'revert';
  readonly approval: ApprovalNeed;
  readonly options: RunOptions;
  /** Where it starts when that is not where its request did: a further run goes on from the head of the change's branch. */
  readonly base: { readonly ref: string; readonly sha: string } | null;
  /** The run whose conversation and unpublished work it goes on with. */
  readonly resumes: string | null;
  /** Only of a `revert`. */
  readonly reverts?: Reverted;
}

/** The task of a request's first run when nothing special was asked. */
export const PLAIN_TASK: RunTask = { kind: 'change', approval: 'none', options: {}, base: null, resumes: null };

/**
 * What waits for somebody's approval. `digest` is git's id of the diff's tree, or the SHA-256 of the plan; `policyVersion`
 * names the repository's configuration it was judged by. Any change of the two voids an approval.
 */
export interface ApprovalSubject {
  readonly subject: Exclude<ApprovalNeed, 'none'>;
  readonly digest: string;
  readonly policyVersion: string;
}

/** An approval that was given. `at` is ISO 8601 UTC. */
export interface Approval extends ApprovalSubject {
  readonly by: Actor;
  readonly at: string;
}

/** Whether an approval covers exactly what would be done now. */
export function covers(approval: Approval | null, now: ApprovalSubject): boolean {
  return (
    approval !== null &&
    approval.subject === now.subject &&
    approval.digest === now.digest &&
    approval.policyVersion === now.policyVersion
  );
}
