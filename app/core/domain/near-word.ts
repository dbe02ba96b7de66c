import { slipsBetween } from './slips-between.ts';

/** Words up to here are compared; no name of ours is nearly as long. */
const WORD_CHARS_MAX = 20;
const SHORT_CHARS_MAX = 5;

/**
 * The name that a mistyped word most likely stands for: one slip away in short names, two in longer ones, where a slip is
 * a letter too much, too few, wrong, or swapped with its neighbour. Undefined when none is that near.
 */
export function nearest<Name extends string>(word: string, names: readonly Name[]): Name | undefined {
  if (word.length > WORD_CHARS_MAX) return undefined;
  let best: { name: Name; slips: number } | undefined;
  for (const name of names) {
    const slips = slipsBetween(word.toLowerCase(), name);
    const slipsMax = name.length <= SHORT_CHARS_MAX ? 1 : 2;
    if (slips <= slipsMax && (best === undefined || slips < best.slips)) best = { name, slips };
  }
  return best?.name;
}
