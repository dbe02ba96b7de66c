/** Words up to here are compared; no name of ours is nearly as long, and it bounds the work. */
const WORD_CHARS_MAX = 20;
const SHORT_CHARS_MAX = 5;

/**
 * The name, in lower case, that a mistyped word most likely stands for, the first of the nearest: one slip away in short
 * names, two in longer ones, where a slip is a letter too much, too few, wrong, or swapped with its neighbour (optimal
 * string alignment: Damerau's distance where no part is changed twice). Undefined when none is that near.
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

function slipsBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const wrong = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(wrong, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
