import type { RunLogEntry } from '#core/contracts/run-log.ts';
import { shownLines } from './command-output.ts';
import type { CodexEvent, CodexItem, CodexLine } from './codex-events.ts';
import { clipText, plainText } from './plain-text.ts';
import { unwrapShell } from './unwrap-shell.ts';

/** Longest message or command of one entry, in UTF-16 characters; more is cut out of the middle. */
const TEXT_CHARACTERS_MAX = 16 * 1024;
/** A line that is no event, e.g. the beginning of one that Codex could not finish. */
const STRAY_CHARACTERS_MAX = 2_000;
const FILES_SHOWN_MAX = 50;
const STAGE = 'codex';

/** What of a turn shows in its entries. */
export interface ShownTurn {
  /** The guest's path of it. */
  readonly workspace: string;
  /** Whether it goes on with an earlier conversation. */
  readonly resumed: boolean;
}

/**
 * What a line of Codex' output says in the run log, in order:
 * a command begins as `command`; when it ends, its output is one `log` per line and its exit code a `status` with
 * `exit_code`. Edits, plans, warnings and the turn are `status`, thoughts `log` of stage `reasoning`, answers
 * `assistant_message` of stage `chat`. A failed turn says nothing here: it is the result. Events we do not know, and
 * lines that are none, are `log`. Texts are plain and bounded, not redacted.
 */
export function entriesOf(line: CodexLine, turn: ShownTurn): RunLogEntry[] {
  if (line.kind === 'event') return ofEvent(line.event, turn);
  const said = plainText(line.kind === 'text' ? line.text : `Codex reported ${line.name}`);
  return said.trim() === '' ? [] : [{ type: 'log', stage: STAGE, message: clipText(said, STRAY_CHARACTERS_MAX) }];
}

/** An entry about Codex itself. */
export function statusEntry(message: string): RunLogEntry {
  return { type: 'status', stage: STAGE, message: bounded(message) };
}

function ofEvent(event: CodexEvent, { workspace, resumed }: ShownTurn): RunLogEntry[] {
  switch (event.type) {
    case 'thread.started':
      return [statusEntry(`Codex ${resumed ? 'goes on with' : 'started'} session ${event.thread_id}`)];
    case 'turn.completed':
      return [statusEntry(turnSummary(event.usage, resumed))];
    case 'error':
      return [statusEntry(event.message)];
    case 'item.started':
      return ofStarted(event.item, workspace);
    case 'item.updated':
      return event.item.type === 'todo_list' ? [ofPlan(event.item.items)] : [];
    case 'item.completed':
      return ofCompleted(event.item, workspace);
    case 'turn.started':
    case 'turn.failed':
      return [];
  }
}

function ofStarted(item: CodexItem, workspace: string): RunLogEntry[] {
  if (item.type === 'todo_list') return [ofPlan(item.items)];
  if (item.type !== 'command_execution') return [];
  return [{ type: 'command', stage: STAGE, command: shownCommand(item.command), cwd: workspace }];
}

function ofCompleted(item: CodexItem, workspace: string): RunLogEntry[] {
  switch (item.type) {
    case 'command_execution':
      return [
        ...shownLines(item.aggregated_output).map((message): RunLogEntry => ({ type: 'log', stage: STAGE, message })),
        ofExit(item.command, item.exit_code ?? null),
      ];
    case 'file_change':
      return [ofFiles(item, workspace)];
    case 'agent_message':
      return [{ type: 'assistant_message', stage: 'chat', message: bounded(item.text) }];
    case 'reasoning':
      return [{ type: 'log', stage: 'reasoning', message: bounded(item.text) }];
    case 'error':
      return [statusEntry(item.message)];
    case 'todo_list':
      return [];
  }
}

function ofExit(command: string, exitCode: number | null): RunLogEntry {
  const subject = shownCommand(command).split('\n')[0] ?? '';
  if (exitCode === null) return statusEntry(`Ended without an exit code: ${subject}`);
  return { ...statusEntry(`Exit code ${exitCode}: ${subject}`), exit_code: exitCode };
}

function ofFiles(item: Extract<CodexItem, { type: 'file_change' }>, workspace: string): RunLogEntry {
  const shown = item.changes.slice(0, FILES_SHOWN_MAX).map(({ path, kind }) => `${kind} ${within(path, workspace)}`);
  const more = item.changes.length - shown.length;
  const list = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
  return statusEntry(`${item.status === 'completed' ? 'Edited' : 'Edit failed'}: ${list}`);
}

function ofPlan(items: readonly { text: string; completed: boolean }[]): RunLogEntry {
  const lines = items.map(({ text, completed }) => `[${completed ? 'x' : ' '}] ${text}`);
  return statusEntry(['Plan:', ...lines].join('\n'));
}

function turnSummary(usage: Extract<CodexEvent, { type: 'turn.completed' }>['usage'], resumed: boolean): string {
  if (usage === undefined) return 'Codex finished its turn';
  const { input_tokens: input, cached_input_tokens: cached, output_tokens: output } = usage;
  const whole = resumed ? ', earlier turns included' : '';
  return `Codex finished its turn: ${input} tokens in (${cached} cached), ${output} out${whole}`;
}

function within(path: string, workspace: string): string {
  return path.startsWith(`${workspace}/`) ? path.slice(workspace.length + 1) : path;
}

/** A command as people would type it, plain and bounded; the same text in the log and in the record of commands. */
export function shownCommand(command: string): string {
  return bounded(unwrapShell(command));
}

function bounded(text: string): string {
  return clipText(plainText(text), TEXT_CHARACTERS_MAX);
}
