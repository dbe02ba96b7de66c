import type { Message } from '../domain/message.ts';
import type { AgentTask } from '../ports/executor.ts';
import type { Logger, Runtime } from '../ports/runtime.ts';
import type { ThreadView } from '../ports/thread-reader.ts';
import type { HeldRun } from './hold-run.ts';

/** What looking around needs. */
export interface SurroundingsDeps {
  readonly runtime: Runtime;
  readonly logger: Logger;
}

/** What an agent is told beside the words that were said to it. */
export interface Surroundings {
  readonly thread: ThreadView | null;
  readonly images: AgentTask['images'];
}

/** The conversation around a run, as far as it may count; nothing yet. */
export async function surroundingsOf(
  _deps: SurroundingsDeps,
  _held: HeldRun,
  _messages: readonly Message[],
): Promise<Surroundings> {
  return { thread: null, images: [] };
}
