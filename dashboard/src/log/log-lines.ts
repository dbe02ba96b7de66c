import type { RunLogEvent } from '../../../app/core/contracts/run-log.ts';
import { placeOf } from './places.ts';

/** What a line is, which decides how it looks. */
export type LineKind = 'command' | 'output' | 'status' | 'thought' | 'prompt' | 'answer' | 'fault' | 'done';

/** One line of a shown log. `block` is the place of its command's block in {@link LogText.blocks}, -1 outside of any. */
export interface LogLine {
  readonly kind: LineKind;
  readonly text: string;
  /** ISO 8601 UTC; empty for what the server says of the log itself. */
  readonly at: string;
  readonly stage: string;
  block: number;
  /** Whether it is the first line of its event; only such a line shows its time. */
  readonly isFirst: boolean;
}

/** A command with its output. `exitCode` is undefined while it runs, null where it ended without one. */
export interface CommandBlock {
  /** Index of the line that holds the command. */
  readonly line: number;
  output: number;
  exitCode: number | null | undefined;
  endedAt: string | undefined;
  isFolded: boolean;
}

/** How a log tells of a command's end where no number does, and of which command (workers/agent/codex-entries.ts). */
const ENDED = /^(?:Exit code -?\d+|Ended without an exit code): (.*)/;
/** Output longer than this is folded when its command ended well. */
const SHORT_LINES = 8;

const KINDS: Readonly<Record<RunLogEvent['type'], LineKind>> = {
  user_prompt: 'prompt',
  user_message: 'prompt',
  status: 'status',
  command: 'command',
  log: 'output',
  assistant_message: 'answer',
  error: 'fault',
  completed: 'done',
};

/** A log as lines, in order, with what belongs together. Grows only. */
export class LogText {
  readonly lines: LogLine[] = [];
  readonly blocks: CommandBlock[] = [];
  /** Indexes of the lines that tell of a failure, ascending: errors, and commands that ended with anything but 0. */
  readonly faults: number[] = [];
  /** Places of the blocks whose commands run; agents run several at a time. */
  #running: number[] = [];
  /** Where the output began that came without a break since; whose it is its exit code tells. */
  #outputFrom = 0;
  /** How many blocks were looked at for folding. */
  #looked = 0;

  append(event: RunLogEvent): void {
    const isOutput = event.type === 'log' && event.stage !== 'reasoning';
    if (isOutput && this.#running.length > 0) return this.#write(event, 'output', this.#running.at(-1));
    if (!this.#ends(event)) this.#tell(event);
    this.#outputFrom = this.lines.length;
  }

  /** Folds long output of commands that ended well since the last time; not called while somebody reads, since it moves text. */
  foldEnded(): void {
    for (; this.#looked < this.blocks.length; this.#looked += 1) {
      const block = this.blocks[this.#looked];
      if (block === undefined || this.#running.includes(this.#looked)) return;
      block.isFolded = block.exitCode === 0 && block.output > SHORT_LINES;
    }
  }

  /** Folds or unfolds all that has output. */
  foldAll(isFolded: boolean): void {
    for (const block of this.blocks) block.isFolded = isFolded && block.output > 0;
  }

  #tell(event: RunLogEvent): void {
    if (event.type === 'command') return this.#begin(event);
    // Whatever ran when a run ended, or was begun again, will never tell how it ended.
    if (event.final === true || event.type === 'error' || event.stage === 'provisioning') this.#leaveRunning();
    if (event.type === 'error') this.#fault(this.lines.length);
    this.#write(event, event.stage === 'reasoning' ? 'thought' : KINDS[event.type]);
  }

  #begin(event: RunLogEvent): void {
    const at = this.blocks.length;
    this.#running.push(at);
    this.blocks.push({ line: this.lines.length, output: 0, exitCode: undefined, endedAt: undefined, isFolded: false });
    const [first = '', ...rest] = (event.command ?? '').split('\n');
    this.#write({ ...event, message: first }, 'command', at);
    if (rest.length > 0) this.#write({ ...event, message: rest.join('\n') }, 'output', at);
  }

  /** The exit code stands beside the command, so the line that tells it is not shown again. */
  #ends(event: RunLogEvent): boolean {
    const said = ENDED.exec(event.message ?? '')?.[1];
    if (event.type !== 'status' || (event.exit_code === undefined && said === undefined)) return false;
    const at =
      this.#running.findLast((one) => this.lines[this.blocks[one]?.line ?? -1]?.text === said) ?? this.#running.at(-1);
    const block = this.blocks[at ?? -1];
    if (at === undefined || block === undefined) return false;
    this.#giveOutput(at);
    block.exitCode = event.exit_code ?? null;
    block.endedAt = event.created_at;
    if (block.exitCode !== 0) this.#fault(block.line);
    this.#running = this.#running.filter((one) => one !== at);
    return true;
  }

  /** Output that came last was taken for that of the command begun last. */
  #giveOutput(at: number): void {
    for (const line of this.lines.slice(this.#outputFrom)) {
      const [from, to] = [this.blocks[line.block], this.blocks[at]];
      if (line.kind !== 'output' || from === undefined || to === undefined) continue;
      from.output -= 1;
      to.output += 1;
      line.block = at;
    }
  }

  #leaveRunning(): void {
    for (const at of this.#running) {
      const block = this.blocks[at];
      if (block !== undefined) block.exitCode = null;
    }
    this.#running = [];
  }

  #fault(line: number): void {
    this.faults.splice(placeOf(this.faults, line), 0, line);
  }

  #write(event: RunLogEvent, kind: LineKind, block = -1): void {
    const owner = this.blocks[block];
    for (const [at, text] of (event.message ?? '').split('\n').entries()) {
      const { created_at: time = '', stage = '' } = event as Partial<RunLogEvent>;
      this.lines.push({ kind, text, at: time, stage, block, isFirst: at === 0 });
      if (kind === 'output' && owner !== undefined) owner.output += 1;
    }
  }
}
