import type { CommandWords } from './command.ts';
import type { Verb } from './command-list.ts';
import { isMarked, withInvisibleMarked } from '../text/invisible.ts';

/** One place in a text where we are called. */
export interface Call {
  readonly at: number;
  /** First unit after the call. */
  readonly end: number;
  readonly by: 'mention' | 'slash';
  /** The command that an alias stands for. */
  readonly verb: Verb | undefined;
  /** Whether nothing but white space and invisible characters stands before it on its line. */
  readonly onItsOwn: boolean;
}

const BEFORE = /[\w@/.\-`]/;
const AFTER = /[\w/-]/;
const INDENT_MAX = 3;

/**
 * All calls in a text of {@link visibleText}, from the top. `@name` counts anywhere unless it is part of a longer word
 * (an address, a path, a package); `/name` and aliases count as the first word of a line.
 * Invisible characters are seen through on both sides of a call, since readers see through them: `x@name` with one
 * before the `@` is no call, and a line that begins with one is a line. Inside a call they are not: `@na` + one + `me` is
 * how texts of others are made harmless ({@link harmless}), and no host treats it as a mention.
 */
export function callsIn(visible: string, words: CommandWords): Call[] {
  const marked = withInvisibleMarked(visible);
  return [...mentions(marked, words), ...slashes(marked, words)].toSorted((a, b) => a.at - b.at);
}

function mentions(text: string, { mention }: CommandWords): Call[] {
  const calls: Call[] = [];
  for (const { 0: found, index: at } of text.matchAll(new RegExp(`@${mention}(?:\\[bot\\])?`, 'gi'))) {
    const end = at + found.length;
    if (BEFORE.test(seenBefore(text, at)) || AFTER.test(seenAfter(text, end))) continue;
    calls.push({ at, end, by: 'mention', verb: undefined, onItsOwn: beginsLine(text, at) });
  }
  return calls;
}

function seenBefore(text: string, at: number): string {
  let index = at - 1;
  while (isMarked(text.charAt(index))) index -= 1;
  return text.charAt(index);
}

function seenAfter(text: string, at: number): string {
  let index = at;
  while (isMarked(text.charAt(index))) index += 1;
  return text.charAt(index);
}

/** Looks back over at most what shows nothing, so that many calls on one line are read in linear time. */
function beginsLine(text: string, at: number): boolean {
  let index = at - 1;
  while (isMarked(text.charAt(index)) || /[ \t]/.test(text.charAt(index))) index -= 1;
  return index < 0 || /[\r\n]/.test(text.charAt(index));
}

function slashes(text: string, words: CommandWords): Call[] {
  const calls: Call[] = [];
  const name = `/${words.mention.toLowerCase()}`;
  for (const line of text.matchAll(/[^\r\n]+/g)) {
    const [indent = ''] = /^[ \u200B]*/.exec(line[0]) ?? [];
    if (line[0].charAt(indent.length) !== '/' || indent.replaceAll('\u200B', '').length > INDENT_MAX) continue;
    const [word = ''] = /^\S+/.exec(line[0].slice(indent.length)) ?? [];
    const written = word.replace(/\u200B+$/, '').toLowerCase();
    const verb = words.aliases.get(written);
    if (written !== name && verb === undefined) continue;
    const at = line.index + indent.length;
    calls.push({
      at,
      end: at + written.length,
      by: 'slash',
      verb: written === name ? undefined : verb,
      onItsOwn: true,
    });
  }
  return calls;
}
