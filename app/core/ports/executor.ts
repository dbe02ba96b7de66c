import type { RunLogEntry } from '../contracts/run-log.ts';
import type { CommandRecord } from '../domain/run/run.ts';
import type { Workspace } from './workspace.ts';

/** A conversation that was kept. */
export interface AgentResume {
  readonly threadId: string;
  /** Null when the guest has it already, from an earlier turn in this very workspace. */
  readonly record: Uint8Array | null;
  /** The whole prompt for an agent that remembers nothing: used in the place of the other one when the record is broken. */
  readonly promptAnew: string;
}

/** What an agent is given. */
export interface AgentTask {
  /** The whole prompt; goes in by stdin. */
  readonly prompt: string;
  /** The conversation to go on with, or null to begin one. */
  readonly resume: AgentResume | null;
  /**
   * Pictures that belong to the prompt, put outside the repository. What is no PNG, JPEG, GIF or WebP of at most 10 MiB, or
   * more than 20 MiB together, is left out and told by `onEntry`.
   */
  readonly images: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** JSON Schema that the final message must fit, in the strict form that models take; left out: the message is free. */
  readonly outputSchema?: unknown;
  /** Where the model answers, as seen inside the guest; no key is needed or present there. */
  readonly model: { readonly name: string; readonly reasoningEffort: string };
  readonly timeoutMs: number;
  /** Milliseconds the agent may be silent. */
  readonly idleMs: number;
  /** Bytes the agent may print in all. */
  readonly outputBytesMax: number;
  readonly signal: AbortSignal;
  /** Called in order for each thing the agent does, as it happens; texts are not yet redacted. */
  readonly onEntry: (entry: RunLogEntry) => void;
}

/** The agent's own record of the whole conversation, kept so that a follow-up can resume it. */
export interface AgentSession {
  readonly threadId: string;
  readonly record: Uint8Array;
}

/** How an agent ended. `failed` carries the agent's own reason; the exit code alone never means success. */
export interface AgentResult {
  readonly outcome: 'succeeded' | 'failed' | 'timed_out' | 'idle' | 'output_limit' | 'aborted';
  readonly reason: string | null;
  /** The last words of this turn; null when it had none. */
  readonly finalMessage: string | null;
  /** What was run in this turn. */
  readonly commands: readonly CommandRecord[];
  /** Null when it could not be kept, or would be of no use: a follow-up begins anew. */
  readonly session: AgentSession | null;
}

/** Runs a coding agent inside a workspace. Throws AppError only when the workspace itself fails. */
export interface Executor {
  readonly name: string;
  execute(workspace: Workspace, task: AgentTask): Promise<AgentResult>;
}
