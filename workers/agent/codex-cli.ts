import { AppError } from '#core/domain/errors.ts';
import type { AgentResult, AgentSession, AgentTask, Executor } from '#core/ports/executor.ts';
import type { Guest, GuestExit } from '#core/ports/provisioner.ts';
import { codexConfig } from './codex-config.ts';
import { readComplaints, type CodexComplaints } from './codex-complaints.ts';
import { entriesOf, statusEntry } from './codex-entries.ts';
import { parseCodexLine } from './codex-events.ts';
import { outcomeOf } from './codex-result.ts';
import { lastAnswer, readSession } from './codex-session.ts';
import { createTurnRecord, type CodexTurn } from './codex-turn.ts';
import { watchIdle } from './idle-watch.ts';
import { createLineReader } from './read-lines.ts';

/** Codex 0.169.0 cuts a command's output at about 1 MiB; escaped as JSON it can be six times as long. */
const LINE_BYTES_MAX = 8 * 1024 * 1024;
const FINAL_MESSAGE_BYTES_MAX = 1024 * 1024;

interface CodexPaths {
  readonly codexHome: string;
  readonly finalMessage: string;
  readonly workspace: string;
}

/**
 * The Codex CLI as an executor. `codex` is on PATH in every guest, the model behind the run's forwarder; Codex gets its
 * configuration in its own home outside the repository and the prompt by stdin, and no key at all. The guest is the
 * sandbox, so Codex' own approvals and sandbox are off.
 */
export function createCodexExecutor(): Executor {
  return { name: 'codex', execute: ({ guest }, task) => execute(guest, task) };
}

async function execute(guest: Guest, task: AgentTask): Promise<AgentResult> {
  const { home, workspace } = guest.paths;
  const paths = { codexHome: `${home}/.codex`, finalMessage: `${home}/final-message.txt`, workspace };
  const { name: model, reasoningEffort } = task.model;
  await guest.upload(`${paths.codexHome}/config.toml`, Buffer.from(codexConfig({ model, reasoningEffort })));
  const { exit, turn, complaints, idle } = await runCodex(guest, paths, task);
  const verdict = outcomeOf({ exit, turn, complaints, idle, task });
  const aborted = verdict.outcome === 'aborted';
  const [session, written] = await Promise.all([
    aborted ? null : unlessAborted(task.signal, keepSession(guest, paths, { turn, task })),
    aborted || exit.end !== 'exited' ? null : unlessAborted(task.signal, readFinalMessage(guest, paths)),
  ]);
  const recorded = written ?? (session === null ? null : lastAnswer(session.record));
  return { ...verdict, finalMessage: recorded ?? turn.lastMessage, commands: turn.commands, session };
}

async function runCodex(
  guest: Guest,
  paths: CodexPaths,
  task: AgentTask,
): Promise<{ exit: GuestExit; turn: CodexTurn; complaints: CodexComplaints; idle: boolean }> {
  using silence = watchIdle(task.idleMs);
  const record = createTurnRecord();
  const complaints = readComplaints(task.onEntry);
  const events = createLineReader(LINE_BYTES_MAX, {
    onLine(text) {
      const line = parseCodexLine(text);
      record.note(line);
      for (const entry of entriesOf(line, paths.workspace)) task.onEntry(entry);
    },
    onTooLong: (bytes) => task.onEntry(statusEntry(`An event of ${bytes} bytes was left out`)),
  });
  const exit = await guest.exec({
    argv: codexArguments(paths, task.model.name),
    cwd: paths.workspace,
    env: { CODEX_HOME: paths.codexHome },
    stdin: Buffer.from(task.prompt),
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
  return { exit, idle, complaints: complaints.end(), turn: record.turn() };
}

function codexArguments(paths: CodexPaths, model: string): string[] {
  return [
    'codex',
    'exec',
    '--json',
    '--dangerously-bypass-approvals-and-sandbox',
    '--skip-git-repo-check',
    ...['-C', paths.workspace],
    ...['-o', paths.finalMessage],
    `--model=${model}`,
    '-',
  ];
}

/** What may be missing is not waited for once the task must stop: null then. */
async function unlessAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value | null> {
  const aborted = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  return Promise.race([work, aborted]);
}

async function readFinalMessage(guest: Guest, paths: CodexPaths): Promise<string | null> {
  try {
    const bytes = await guest.download(paths.finalMessage, FINAL_MESSAGE_BYTES_MAX);
    const text = Buffer.from(bytes).toString('utf8').trim();
    return text === '' ? null : text;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'missing' || error.code === 'invalid')) return null;
    throw error;
  }
}

/** Losing the record costs a follow-up its memory, never the run its result. */
async function keepSession(
  guest: Guest,
  paths: CodexPaths,
  { turn, task }: { turn: CodexTurn; task: AgentTask },
): Promise<AgentSession | null> {
  if (turn.threadId === null) return null;
  const { threadId } = turn;
  const session = await readSession(guest, paths.codexHome, { threadId, signal: task.signal }).catch(() => null);
  if (session === null && !task.signal.aborted)
    task.onEntry(statusEntry('The session of Codex could not be kept; a follow-up starts anew'));
  return session;
}
