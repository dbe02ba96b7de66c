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

/** Where `index` stands in the ascending list `places`, or would stand. */
export function placeOf(places: readonly number[], index: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? Infinity) < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place after `from` in the ascending list, or before it, round the end; undefined in an empty list. */
export function nextOf(places: readonly number[], from: number, by: 1 | -1): number | undefined {
  const at = by === 1 ? placeOf(places, from + 1) : placeOf(places, from) - 1;
  return places[(at + places.length) % places.length];
}
