import type { AgentTask } from '#core/ports/executor.ts';
import type { Guest, GuestExit } from '#core/ports/provisioner.ts';
import { codexArguments, type CodexPaths } from './codex-command.ts';
import { readComplaints, type CodexComplaints } from './codex-complaints.ts';
import { entriesOf, statusEntry } from './codex-entries.ts';
import { parseCodexLine } from './codex-events.ts';
import { createTurnRecord, type CodexTurn } from './codex-turn.ts';
import { watchIdle } from './idle-watch.ts';
import { createLineReader } from './read-lines.ts';

/** Codex 0.169.0 cuts a command's output at about 1 MiB; escaped as JSON it can be six times as long. */
const LINE_BYTES_MAX = 8 * 1024 * 1024;

/** What is said to Codex in one turn. */
export interface CodexWords {
  readonly prompt: string;
  /** The conversation to go on with, whose record is in the guest; null to begin one. */
  readonly threadId: string | null;
  /** Paths of pictures in the guest. */
  readonly images: readonly string[];
}

/** All that was seen of one `codex exec`. */
export interface CodexRun {
  readonly exit: GuestExit;
  readonly turn: CodexTurn;
  readonly complaints: CodexComplaints;
  /** Whether it was stopped for its silence. */
  readonly idle: boolean;
  readonly images: number;
}

/** Runs Codex once, in a guest that has all it needs, and tells what it does as it happens. */
export async function runCodex(
  guest: Guest,
  { paths, task }: { paths: CodexPaths; task: AgentTask },
  { prompt, threadId, images }: CodexWords,
): Promise<CodexRun> {
  using silence = watchIdle(task.idleMs);
  const record = createTurnRecord();
  const complaints = readComplaints(task.onEntry);
  const shown = { workspace: paths.workspace, resumed: threadId !== null };
  const events = createLineReader(LINE_BYTES_MAX, {
    onLine(text) {
      const line = parseCodexLine(text);
      record.note(line);
      for (const entry of entriesOf(line, shown)) task.onEntry(entry);
    },
    onTooLong: (bytes) => task.onEntry(statusEntry(`An event of ${bytes} bytes was left out`)),
  });
  const hasOutputSchema = task.outputSchema !== undefined;
  const exit = await guest.exec({
    argv: codexArguments(paths, { model: task.model.name, threadId, images, hasOutputSchema }),
    cwd: paths.workspace,
    env: { CODEX_HOME: paths.codexHome },
    stdin: Buffer.from(prompt),
    timeoutMs: task.timeoutMs,
    outputBytesMax: task.outputBytesMax,
    onStdout: (chunk) => {
      silence.touch();
      events.write(chunk);
    },
    onStderr: (chunk) => {
      silence.touch();
      complaints.write(chunk);
    },
    signal: AbortSignal.any([task.signal, silence.signal]),
  });
  events.end();
  const idle = silence.signal.aborted && !task.signal.aborted;
  return { exit, idle, complaints: complaints.end(), turn: record.turn(), images: images.length };
}
