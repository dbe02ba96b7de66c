import type { RunLogEvent } from '../../../app/core/contracts/run-log.ts';

/** What a line is, which decides how it looks. */
export type LineKind = 'command' | 'output' | 'status' | 'thought' | 'prompt' | 'answer' | 'fault' | 'done';

/** One line of a shown log. `block` is the place of its command's block in {@link LogText.blocks}, -1 outside of any. */
export interface LogLine {
  readonly kind: LineKind;
  readonly text: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly stage: string;
  readonly block: number;
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
  /** Indexes of the lines that tell of a failure: errors, and commands that ended with anything but 0. */
  readonly faults: number[] = [];
  #open = -1;
  /** How many blocks were looked at for folding. */
  #looked = 0;

  append(event: RunLogEvent): void {
    if (event.type === 'command') return this.#begin(event);
    const block = this.blocks[this.#open];
    if (event.type === 'log' && event.stage !== 'reasoning' && block !== undefined) {
      block.output += this.#write(event, 'output', this.#open);
      return;
    }
    if (this.#ends(event, block)) return;
    if (event.type !== 'log') this.#open = -1;
    if (event.type === 'error') this.faults.push(this.lines.length);
    this.#write(event, event.stage === 'reasoning' ? 'thought' : KINDS[event.type], -1);
  }

  /** Folds long output of commands that ended well since the last time; not called while somebody reads, since it moves text. */
  foldEnded(): void {
    for (; this.#looked < this.blocks.length; this.#looked += 1) {
      const block = this.blocks[this.#looked];
      if (block === undefined || (block.exitCode === undefined && this.#looked === this.#open)) return;
      block.isFolded = block.exitCode === 0 && block.output > SHORT_LINES;
    }
  }

  /** Folds or unfolds all that has output. */
  foldAll(isFolded: boolean): void {
    for (const block of this.blocks) block.isFolded = isFolded && block.output > 0;
  }

  #begin(event: RunLogEvent): void {
    this.#open = this.blocks.length;
    this.blocks.push({ line: this.lines.length, output: 0, exitCode: undefined, endedAt: undefined, isFolded: false });
    const [first = '', ...rest] = (event.command ?? '').split('\n');
    this.#write({ ...event, message: first }, 'command', this.#open);
    const block = this.blocks[this.#open];
    if (rest.length > 0 && block !== undefined)
      block.output += this.#write({ ...event, message: rest.join('\n') }, 'output', this.#open);
  }

  /** The exit code stands beside the command, so the line that tells it is not shown again. */
  #ends(event: RunLogEvent, block: CommandBlock | undefined): boolean {
    const ended = event.exit_code !== undefined || (event.message ?? '').startsWith('Ended without an exit code');
    if (event.type !== 'status' || !ended || block === undefined) return false;
    block.exitCode = event.exit_code ?? null;
    block.endedAt = event.created_at;
    if (block.exitCode !== 0) this.faults.push(block.line);
    this.#open = -1;
    return true;
  }

  #write(event: RunLogEvent, kind: LineKind, block: number): number {
    const texts = (event.message ?? '').split('\n');
    for (const [at, text] of texts.entries()) {
      this.lines.push({ kind, text, at: event.created_at, stage: event.stage ?? '', block, isFirst: at === 0 });
    }
    return texts.length;
  }
}
