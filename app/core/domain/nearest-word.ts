/** Words that are longer were not mistyped, they are something else; it also bounds the work. */
const CHARS_MAX = 40;
/** One mistake for every so many characters is a likely mistake. */
const CHARS_PER_MISTAKE = 3;

/**
 * The known word that was probably meant, the first of the nearest; undefined when none is near. Distance counts
 * characters put in, left out, replaced, and neighbours swapped (optimal string alignment). Case does not count.
 */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  if (word.length > CHARS_MAX) return undefined;
  const asked = word.toLowerCase();
  let nearest: { readonly word: string; readonly mistakes: number } | undefined;
  for (const candidate of known) {
    const mistakes = distance(asked, candidate.toLowerCase());
    const allowed = Math.max(1, Math.floor(Math.min(asked.length, candidate.length) / CHARS_PER_MISTAKE));
    if (mistakes <= allowed && (nearest === undefined || mistakes < nearest.mistakes))
      nearest = { word: candidate, mistakes };
  }
  return nearest?.word;
}

function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
