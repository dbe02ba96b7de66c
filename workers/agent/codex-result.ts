import { z } from 'zod';
import type { AgentResult, AgentTask } from '#core/ports/executor.ts';
import type { GuestExit } from '#core/ports/provisioner.ts';
import type { CodexComplaints } from './codex-complaints.ts';
import type { CodexTurn } from './codex-turn.ts';
import { clipText, plainText } from './plain-text.ts';

/** All that is known when `codex exec` has ended. */
export interface CodexEnd {
  readonly exit: Pick<GuestExit, 'end' | 'exitCode'>;
  readonly turn: CodexTurn;
  readonly complaints: CodexComplaints;
  /** Whether it was stopped for its silence. */
  readonly idle: boolean;
  /** The limits it had. */
  readonly task: Pick<AgentTask, 'timeoutMs' | 'idleMs' | 'outputBytesMax'>;
  /** How many pictures went with the prompt. */
  readonly images: number;
}

const REASON_CHARACTERS_MAX = 2_000;
/** Words by which model servers refuse pictures; there is no code for it. */
const PICTURE_WORDS = /image|picture|vision|multi-?modal/i;
/** The model's own error, which Codex passes on as it came. */
const WrappedError = z.object({ error: z.object({ message: z.string() }) });

/**
 * Decides how the agent ended. It succeeded only when its last word on the turn was `turn.completed` and it exited with
 * 0, and when at least one tool call worked or none was refused: Codex 0.169.0 also exits with 0, turn completed, after
 * all its tools were missing, and says so on stderr alone. `reason` is for people, null on success, not redacted.
 */
export function outcomeOf(end: CodexEnd): Pick<AgentResult, 'outcome' | 'reason'> {
  const verdict = verdictOf(end);
  if (!refusedPictures(end)) return verdict;
  const note = `${end.images === 1 ? 'A picture' : `${end.images} pictures`} went with the prompt: this model may take none`;
  return { ...verdict, reason: `${verdict.reason ?? ''}\n${note}` };
}

/** Whether it failed for the pictures. What stands in the conversation then would make every further turn of it fail. */
export function refusedPictures({ turn, images }: Pick<CodexEnd, 'turn' | 'images'>): boolean {
  return images > 0 && turn.state === 'failed' && PICTURE_WORDS.test(turn.failure ?? '');
}

function verdictOf(end: CodexEnd): Pick<AgentResult, 'outcome' | 'reason'> {
  const { exit, task } = end;
  switch (exit.end) {
    case 'timeout':
      return { outcome: 'timed_out', reason: `Codex did not finish within ${spoken(task.timeoutMs)}` };
    case 'aborted':
      if (end.idle) return { outcome: 'idle', reason: `Codex was silent for ${spoken(task.idleMs)}` };
      return { outcome: 'aborted', reason: 'Codex was stopped' };
    case 'output-limit':
      return { outcome: 'output_limit', reason: `Codex wrote more than ${task.outputBytesMax} bytes` };
    case 'exited': {
      const reason = failureOf(end);
      if (reason === null) return { outcome: 'succeeded', reason };
      return { outcome: 'failed', reason: clipText(plainText(reason), REASON_CHARACTERS_MAX) };
    }
  }
}

function failureOf({ exit, turn, complaints }: CodexEnd): string | null {
  if (turn.state === 'failed') return `Codex failed: ${unwrapError(turn.failure ?? 'no reason given')}`;
  const lastWords = complaints.tail.length === 0 ? '' : `\n${complaints.tail.join('\n')}`;
  if (exit.exitCode !== 0) return `Codex ended with code ${exit.exitCode ?? 'unknown'}${lastWords}`;
  if (turn.state === 'open') return `Codex ended with code 0 before its turn was over${lastWords}`;
  const [fault] = complaints.toolFaults;
  return fault === undefined || turn.toolsWorked ? null : `Codex could use none of its tools: ${fault}`;
}

function unwrapError(message: string): string {
  try {
    return WrappedError.safeParse(JSON.parse(message)).data?.error.message ?? message;
  } catch {
    return message;
  }
}

function spoken(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}
