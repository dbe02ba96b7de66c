import type { RunLogEntry } from '../contracts/run-log.ts';
import type { CommandRecord } from '../domain/run.ts';
import type { Workspace } from './workspace.ts';

/** What an agent is given. */
export interface AgentTask {
  /** The whole prompt; goes in by stdin. */
  readonly prompt: string;
  /**
   * The conversation to go on with, or null to begin one. `record` is null when the guest has it already, from an earlier
   * turn in this very workspace.
   */
  readonly resume: { readonly threadId: string; readonly record: Uint8Array | null } | null;
  /** Pictures that belong to the prompt, put outside the repository. */
  readonly images: readonly { readonly name: string; readonly bytes: Uint8Array }[];
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

/** The agent's own record, kept so that a follow-up can resume the conversation. */
export interface AgentSession {
  readonly threadId: string;
  readonly record: Uint8Array;
}

/** How an agent ended. `failed` carries the agent's own reason; the exit code alone never means success. */
export interface AgentResult {
  readonly outcome: 'succeeded' | 'failed' | 'timed_out' | 'idle' | 'output_limit' | 'aborted';
  readonly reason: string | null;
  readonly finalMessage: string | null;
  readonly commands: readonly CommandRecord[];
  readonly session: AgentSession | null;
}

/** Runs a coding agent inside a workspace. Throws AppError only when the workspace itself fails. */
export interface Executor {
  readonly name: string;
  execute(workspace: Workspace, task: AgentTask): Promise<AgentResult>;
}
