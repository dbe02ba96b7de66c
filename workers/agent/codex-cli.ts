import { AppError } from '#core/domain/errors.ts';
import type { AgentResult, AgentResume, AgentSession, AgentTask, Executor } from '#core/ports/executor.ts';
import type { Guest } from '#core/ports/provisioner.ts';
import { codexPaths, type CodexPaths } from './codex-command.ts';
import { codexConfig } from './codex-config.ts';
import { statusEntry } from './codex-entries.ts';
import { placeImages } from './codex-images.ts';
import { outcomeOf, refusedPictures } from './codex-result.ts';
import { placeRecord } from './codex-resume.ts';
import { runCodex, type CodexRun } from './codex-run.ts';
import { lastAnswer, readSession } from './codex-session.ts';
import type { CodexTurn } from './codex-turn.ts';

const FINAL_MESSAGE_BYTES_MAX = 1024 * 1024;

/** One turn in one guest. */
interface Turn {
  readonly paths: CodexPaths;
  readonly task: AgentTask;
}

/**
 * The Codex CLI as an executor. `codex` is on PATH in every guest, the model behind the run's forwarder; Codex gets its
 * configuration in its own home outside the repository and the prompt by stdin, and no key at all. The guest is the
 * sandbox, so Codex' own approvals and sandbox are off. A conversation whose record Codex cannot read begins anew.
 */
export function createCodexExecutor(): Executor {
  return { name: 'codex', execute: ({ guest }, task) => execute(guest, task) };
}

async function execute(guest: Guest, task: AgentTask): Promise<AgentResult> {
  const turn = { paths: codexPaths(guest.paths), task };
  const run = await converse(guest, turn, await furnish(guest, turn));
  const verdict = outcomeOf({ ...run, task });
  const aborted = verdict.outcome === 'aborted';
  const [session, written] = await Promise.all([
    aborted || refusedPictures(run) ? null : unlessAborted(task.signal, keepSession(guest, turn, run.turn)),
    aborted || run.exit.end !== 'exited' ? null : unlessAborted(task.signal, readFinalMessage(guest, turn.paths)),
  ]);
  const recorded = written ?? (session === null ? null : lastAnswer(session.record));
  return { ...verdict, finalMessage: recorded ?? run.turn.lastMessage, commands: run.turn.commands, session };
}

/** Puts what Codex reads into the guest, but for the conversation; answers with the paths of pictures. */
async function furnish(guest: Guest, { paths, task }: Turn): Promise<string[]> {
  const { name: model, reasoningEffort } = task.model;
  await guest.upload(`${paths.codexHome}/config.toml`, Buffer.from(codexConfig({ model, reasoningEffort })));
  if (task.outputSchema !== undefined)
    await guest.upload(paths.outputSchema, Buffer.from(JSON.stringify(task.outputSchema)));
  return placeImages(guest, paths, task);
}

/** Goes on with the conversation, or, where that cannot be, begins one that is told what the other one knew. */
async function converse(guest: Guest, turn: Turn, images: readonly string[]): Promise<CodexRun> {
  const { resume, prompt } = turn.task;
  if (resume === null) return runCodex(guest, turn, { prompt, threadId: null, images });
  const fault = await placeKept(guest, turn, resume);
  if (fault === null) {
    const run = await runCodex(guest, turn, { prompt, threadId: resume.threadId, images });
    if (hasBegun(run)) return run;
    tellAnew(turn, run.complaints.tail.at(-1) ?? 'Codex does not say why');
  } else {
    tellAnew(turn, fault);
  }
  return runCodex(guest, turn, { prompt: resume.promptAnew, threadId: null, images });
}

/** Why the kept record is of no use; null when it is where Codex finds it. */
async function placeKept(guest: Guest, { paths }: Turn, { threadId, record }: AgentResume): Promise<string | null> {
  try {
    await placeRecord(guest, paths.codexHome, { threadId, record });
    return null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid') return error.message;
    throw error;
  }
}

/** Codex names the thread before anything else; when it cannot read the record it exits without, and has asked no model. */
function hasBegun({ exit, turn }: CodexRun): boolean {
  return turn.threadId !== null || exit.end !== 'exited' || exit.exitCode === 0;
}

function tellAnew({ task }: Turn, why: string): void {
  task.onEntry(statusEntry(`The earlier conversation cannot be continued, so Codex begins anew: ${why}`));
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
async function keepSession(guest: Guest, { paths, task }: Turn, { threadId }: CodexTurn): Promise<AgentSession | null> {
  if (threadId === null) return null;
  const session = await readSession(guest, paths.codexHome, { threadId, signal: task.signal }).catch(() => null);
  if (session === null && !task.signal.aborted)
    task.onEntry(statusEntry('The session of Codex could not be kept; a follow-up starts anew'));
  return session;
}
