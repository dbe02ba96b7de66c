import type { HeldRun } from './hold-run.ts';

/** A package manager can print a line per file; the log keeps the beginning. */
const LINES_MAX = 2_000;
const LINE_CHARS_MAX = 1_000;

/** Tells the log what a command prints, line by line; at the end, how much was left out. */
export function tellLines(held: HeldRun, stage: string): { tell: (line: string) => void; end: () => void } {
  let lines = 0;
  return {
    tell(line) {
      lines += 1;
      if (lines <= LINES_MAX) held.note({ type: 'log', stage, message: line.slice(0, LINE_CHARS_MAX) });
    },
    end() {
      if (lines > LINES_MAX) held.note({ type: 'log', stage, message: `… ${lines - LINES_MAX} lines omitted …` });
    },
  };
}
