import { slipsBetween } from './slips-between.ts';

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
    const mistakes = slipsBetween(asked, candidate.toLowerCase());
    const allowed = Math.max(1, Math.floor(Math.min(asked.length, candidate.length) / CHARS_PER_MISTAKE));
    if (mistakes <= allowed && (nearest === undefined || mistakes < nearest.mistakes))
      nearest = { word: candidate, mistakes };
  }
  return nearest?.word;
}
