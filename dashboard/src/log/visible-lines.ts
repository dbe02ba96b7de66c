import { withoutAnsi } from './ansi.ts';
import type { LogText } from './log-lines.ts';

/** Indexes of the lines to show, in order: all but folded output. */
export function visibleLines(text: LogText): number[] {
  const shown: number[] = [];
  for (const [index, line] of text.lines.entries()) {
    if (line.kind === 'command' || text.blocks[line.block]?.isFolded !== true) shown.push(index);
  }
  return shown;
}

/** Indexes of the lines that hold a text, in either case; none for an empty one. */
export function matchesOf(text: LogText, words: string): number[] {
  const wanted = words.toLowerCase();
  const found: number[] = [];
  if (wanted === '') return found;
  for (const [index, line] of text.lines.entries()) {
    if (withoutAnsi(line.text).toLowerCase().includes(wanted)) found.push(index);
  }
  return found;
}
