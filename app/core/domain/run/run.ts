import type { Proof } from './proof.ts';
import type { Approval, ApprovalSubject, RunTask } from './run-task.ts';

/** Where one execution of a request can stand. The last five are terminal; `awaiting_approval` is held by nobody and may last. */
export const RUN_STATUSES = [
  'queued',
  'provisioning',
  'running',
  'publishing',
  'awaiting_approval',
  'succeeded',
  'unchanged',
  'failed',
  'timed_out',
  'cancelled',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Tokens used by a run, summed over all model calls. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

/** One command the agent ran, kept so that a pull request can say how the change was checked. */
export interface CommandRecord {
  readonly command: string;
  readonly exitCode: number | null;
}

/** Why a run did not succeed; `message` is safe to show. */
export interface RunFailure {
  readonly code: string;
  readonly message: string;
}

/** The pull request a run ended in. */
export interface ChangeRef {
  readonly number: number;
  readonly url: string;
}

/** Where a run's work was pushed: a branch of ours, and the commit it was put at. */
export interface Pushed {
  readonly branch: string;
  readonly sha: string;
}

/** One execution of a request. `epoch` grows with each claim; a write under an older epoch is refused. Times are ISO 8601 UTC. */
export interface Run {
  readonly id: string;
  readonly requestId: string;
  readonly epoch: number;
  readonly task: RunTask;
  readonly status: RunStatus;
  readonly cancelRequested: boolean;
  /** Why it is to be cancelled, in words to show; null when nobody said. */
  readonly cancelReason: string | null;
  /** The agent's plan, where one is to be approved; null until there is one. */
  readonly plan: string | null;
  /** What waits for approval, or waited last; null when nothing ever did. */
  readonly awaiting: ApprovalSubject | null;
  /** The last approval that was given. */
  readonly approved: Approval | null;
  /** Claims that were not given back: the live one and those whose workers were lost. A run that kills its worker is not claimed for ever. */
  readonly claims: number;
  /** Tries that met a passing failure. A hand-over is none. */
  readonly tries: number;
  readonly provisioner: string | null;
  readonly finalMessage: string | null;
  readonly usage: TokenUsage;
  readonly commands: readonly CommandRecord[];
  readonly failure: RunFailure | null;
  readonly change: ChangeRef | null;
  /** What it pushed; null while it pushed nothing, and of runs of versions that did not note it. */
  readonly pushed: Pushed | null;
  /** US dollars spent at the model; null while nothing was, or when a price is not known. */
  readonly costUsd: number | null;
  /** Hosts the workspace was not let reach, by how often. */
  readonly blocked: Readonly<Record<string, number>>;
  /** Branch that keeps the work of a run that was cut; null when there is none. */
  readonly savedBranch: string | null;
  /** What was found about its change; null when nothing was to be proven, or not yet. */
  readonly proof: Proof | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** No tokens used. */
export const NO_USAGE: TokenUsage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 };

const TERMINAL: ReadonlySet<RunStatus> = new Set<RunStatus>([
  'succeeded',
  'unchanged',
  'failed',
  'timed_out',
  'cancelled',
]);

/** Whether a run in this status is over. */
export function isSettled(status: RunStatus): boolean {
  return TERMINAL.has(status);
}

/** Claims after which a run is given up, the first one included: whatever killed three workers will kill a fourth. */
export const CLAIMS_MAX = 3;

/** Tries after which a passing failure counts as lasting. With {@link retryDelayMs} between them they span 20 minutes. */
export const TRIES_MAX = 10;

const RETRY_FIRST_MS = 5_000;
const RETRY_LONGEST_MS = 300_000;

/** Milliseconds to wait after try number `tries` (from 1) met a passing failure: 5 s, doubling up to 5 minutes. */
export function retryDelayMs(tries: number): number {
  return Math.min(RETRY_FIRST_MS * 2 ** (tries - 1), RETRY_LONGEST_MS);
}
