import type { CommandRecord } from '#core/domain/run/run.ts';
import { shownCommand } from './codex-entries.ts';
import type { CodexEvent, CodexItem, CodexLine } from './codex-events.ts';

/** What Codex' events amount to. */
export interface CodexTurn {
  readonly threadId: string | null;
  /** The last thing said about the turn as a whole; `open` when nothing was. */
  readonly state: 'open' | 'completed' | 'failed';
  /** Why it failed, in Codex' words. */
  readonly failure: string | null;
  readonly lastMessage: string | null;
  /** Each command begun, in order; null as exit code when it never ended. The oldest are dropped beyond 500. */
  readonly commands: readonly CommandRecord[];
  /** Whether any tool call did something: ran a command, edited files, made a plan. */
  readonly toolsWorked: boolean;
}

/** Follows the events of one `codex exec`. */
export interface TurnRecord {
  note(line: CodexLine): void;
  turn(): CodexTurn;
}

const COMMANDS_MAX = 500;

/** Begins with a turn of which nothing is known. */
export function createTurnRecord(): TurnRecord {
  const commands = new Map<string, CommandRecord>();
  let turn: Omit<CodexTurn, 'commands'> = {
    threadId: null,
    state: 'open',
    failure: null,
    lastMessage: null,
    toolsWorked: false,
  };
  const noteCommand = (item: Extract<CodexItem, { type: 'command_execution' }>): void => {
    commands.set(item.id, { command: shownCommand(item.command), exitCode: item.exit_code ?? null });
    const [oldest] = commands.keys();
    if (commands.size > COMMANDS_MAX && oldest !== undefined) commands.delete(oldest);
  };
  return {
    note(line) {
      if (line.kind === 'unknown') turn = { ...turn, toolsWorked: turn.toolsWorked || line.name.startsWith('item.') };
      if (line.kind !== 'event') return;
      turn = { ...turn, ...factsOf(line.event) };
      if ('item' in line.event && line.event.item.type === 'command_execution') noteCommand(line.event.item);
    },
    turn: () => ({ ...turn, commands: [...commands.values()] }),
  };
}

function factsOf(event: CodexEvent): Partial<CodexTurn> {
  switch (event.type) {
    case 'thread.started':
      return { threadId: event.thread_id };
    case 'turn.completed':
      return { state: 'completed', failure: null };
    case 'turn.failed':
      return { state: 'failed', failure: event.error.message };
    case 'item.started':
    case 'item.updated':
    case 'item.completed':
      return factsOfItem(event.item);
    case 'turn.started':
      return { state: 'open' };
    case 'error':
      return {};
  }
}

function factsOfItem(item: CodexItem): Partial<CodexTurn> {
  if (item.type === 'agent_message') return { lastMessage: item.text };
  return item.type === 'reasoning' || item.type === 'error' ? {} : { toolsWorked: true };
}
