import type { PathRules } from './repository-rules.ts';

/** Whether one name fits one part of a pattern, where `*` is any run of characters and `?` any one. */
function nameFits(name: string, pattern: string): boolean {
  let at = 0;
  let from = 0;
  // Where the last star stands, and up to where it took: only the last one ever has to give way, so this is quadratic at worst.
  let star = -1;
  let taken = 0;
  while (at < name.length) {
    const wanted = pattern.charAt(from);
    if (wanted === '*') {
      star = from;
      taken = at;
      from += 1;
    } else if (from < pattern.length && (wanted === '?' || wanted === name.charAt(at))) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      taken += 1;
      at = taken;
      from = star + 1;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(from));
}

/**
 * How many leading names of a path a pattern can stand for: the pattern fits the path when all of them are among these
 * numbers, and a folder above it when a smaller one is.
 */
function fits(names: readonly string[], parts: readonly string[]): ReadonlySet<number> {
  let ends = new Set([0]);
  for (const part of parts) {
    const next = new Set<number>();
    if (part === '**') for (let end = Math.min(...ends); end <= names.length; end += 1) next.add(end);
    else for (const end of ends) if (end < names.length && nameFits(names[end] ?? '', part)) next.add(end + 1);
    if (next.size === 0) return next;
    ends = next;
  }
  return ends;
}

function partsOf(pattern: string): string[] {
  return (pattern.endsWith('/') ? `${pattern}**` : pattern).split('/');
}

/** As a case-insensitive, Unicode-normalising file system would compare, so that no spelling slips through a `deny`. */
function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/**
 * Whether a glob fits a whole path. `*` and `?` stay within one name, `**` as a part of its own is any number of folders, also
 * none, and a slash at the end is everything below. Nothing is special about names that begin with a dot. The time is
 * bounded by the product of both lengths.
 */
export function globFits(pattern: string, path: string): boolean {
  const names = path.split('/');
  return fits(names, partsOf(pattern)).has(names.length);
}

/** Whether a glob fits a path or a folder above it, however they are spelled. */
function covers(pattern: string, path: string): boolean {
  return fits(folded(path).split('/'), partsOf(folded(pattern))).size > 0;
}

/** Whether rules let a path be touched: some `allow` fits it and no `deny` covers it or a folder above it. */
export function pathAllowed({ allow, deny }: PathRules, path: string): boolean {
  return allow.some((glob) => globFits(glob, path)) && !deny.some((glob) => covers(glob, path));
}
