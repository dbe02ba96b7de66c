/** Characters that take no room and draw nothing: zero-width, direction marks, tags, fillers (Unicode: Default_Ignorable_Code_Point). */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Characters that turn the reading direction of what follows (Unicode Standard Annex 9: embeddings, overrides, isolates). */
const TURNING = /[\u202A-\u202E\u2066-\u2069]/;
/** One unit that stands for each unit of an invisible character. */
const MARK = '\u200B';

/** The text as it looks: without invisible characters. */
export function asSeen(text: string): string {
  return text.replace(INVISIBLE, '');
}

/** The same length and positions, with each invisible character replaced by {@link isMarked} units. */
export function withInvisibleMarked(text: string): string {
  return text.replace(INVISIBLE, (character) => MARK.repeat(character.length));
}

/** Whether this unit of a text of {@link withInvisibleMarked} shows nothing. */
export function isMarked(unit: string): boolean {
  return unit === MARK;
}

/**
 * Whether the paragraph around `at` may be shown in another order than it is stored. A paragraph, not a line: GitLab
 * shows the lines of one as a single one.
 */
export function isReordered(text: string, at: number): boolean {
  const before = text.slice(0, at);
  const start = Math.max(before.lastIndexOf('\n\n'), before.lastIndexOf('\n\r\n'), 0);
  const rest = text.slice(at);
  const end = rest.search(/\n\r?\n/);
  return TURNING.test(text.slice(start, end < 0 ? undefined : at + end));
}
