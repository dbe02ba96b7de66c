import { visibleText } from './visible-text.ts';

/** What a text means to us: work to do, a short answer, or nothing. */
export type ParsedText =
  | { readonly kind: 'command'; readonly verb: 'run'; readonly prompt: string }
  | { readonly kind: 'reply'; readonly topic: 'help' | 'empty' }
  | { readonly kind: 'ignore' };

/** Longest text read: GitHub's limit for a comment, with room for other hosts. */
export const TEXT_CHARS_MAX = 100_000;

const BEFORE = /[\w@/.\-`]/;
const AFTER = /[\w/-]/;

/** End of the first mention that counts, or -1. `name` is the bot's name without `@`: letters, digits and hyphens. */
function mentionEnd(visible: string, name: string): number {
  for (const { 0: mention, index } of visible.matchAll(new RegExp(`@${name}(?:\\[bot\\])?`, 'gi'))) {
    const end = index + mention.length;
    if (!BEFORE.test(visible.charAt(index - 1)) && !AFTER.test(visible.charAt(end))) return end;
  }
  return -1;
}

/**
 * Reads `@name <prompt>` in a comment, an issue or a pull request. Pure and linear in the length of the text.
 * The prompt is everything after the first mention that counts, exactly as written, less outer white space. Mentions
 * in quotes, code spans, code blocks and HTML comments do not count. Nothing after the mention, or `help`: a reply.
 */
export function parseText(text: string, name: string): ParsedText {
  if (text.length > TEXT_CHARS_MAX) return { kind: 'ignore' };
  const end = mentionEnd(visibleText(text), name);
  if (end < 0) return { kind: 'ignore' };
  const prompt = text
    .slice(end)
    .replace(/^[\s,:]+/, '')
    .trimEnd();
  if (prompt === '') return { kind: 'reply', topic: 'empty' };
  if (/^help[.!?]?$/i.test(prompt)) return { kind: 'reply', topic: 'help' };
  return { kind: 'command', verb: 'run', prompt };
}
