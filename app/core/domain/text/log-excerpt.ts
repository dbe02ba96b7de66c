import { fenced } from './outgoing.ts';
import { fitLines, utf8Bytes, wellFormed } from './text-limit.ts';

/** The ends of a run's log as lines, with how many lines were left out between them. */
export interface LogExcerpt {
  readonly head: readonly string[];
  readonly tail: readonly string[];
  readonly omitted: number;
}

const FENCE_BYTES = 600;
const STEP_BYTES = 8_000;

/** A log in a fence, in at most `bytesMax` bytes. A fence can be long when the log is full of backticks; the log gives way until all of it fits. */
export function fencedLog(log: LogExcerpt, bytesMax: number): string {
  for (let linesBytesMax = bytesMax - FENCE_BYTES; linesBytesMax > 0; linesBytesMax -= STEP_BYTES) {
    const lines = fitLines(log.head, log.tail, { bytesMax: linesBytesMax, omitted: log.omitted });
    const text = fenced(wellFormed(lines));
    if (utf8Bytes(text) <= bytesMax) return text;
  }
  return 'The log cannot be shown here.';
}
