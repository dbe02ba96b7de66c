import { codeRanges } from '../change/code-ranges.ts';
import { cutBytes, utf8Bytes } from './text-limit.ts';

/** Zero width space: shows nothing, and keeps GitHub from seeing one word. It works in titles and code too. */
const APART = '\u200B';

/** Source: GitHub, "Linking a pull request to an issue": the keywords, before `#1`, `GH-1`, `owner/name#1` or an address. */
const CLOSING_KEYWORD = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?=:?\s+(?:#|GH-|https?:|[\w.-]+\/[\w.-]+#))/gi;

/**
 * Text an agent or a stranger wrote, made harmless for the body of a comment or a pull request: no control characters,
 * no HTML comments (hidden markers), no live mentions, no closing keywords, no images that load from elsewhere.
 * In code GitHub notifies nobody, so names such as `@scope/name` stay there as they are, to be copied. Keywords are
 * broken in code too: a body can become a commit message, where backticks mean nothing.
 * Cut a text before this, never after: half a code span is none. Source: GitHub's autolinked references and keywords.
 */
export function harmless(text: string): string {
  const plain = withoutMarkup(text);
  const pieces: string[] = [];
  let at = 0;
  for (const [from, to] of codeRanges(plain)) {
    pieces.push(withoutMentions(plain.slice(at, from)), plain.slice(from, to));
    at = to;
  }
  pieces.push(withoutMentions(plain.slice(at)));
  return withoutKeywords(pieces.join(''));
}

/**
 * The same for a title or a commit message, where nothing is code, and where a slash that begins a line gives an order:
 * to us, and to GitLab (quick actions; `/tag` works in commit messages).
 */
export function harmlessTitle(text: string): string {
  return withoutKeywords(withoutMentions(withoutMarkup(text))).replace(
    /^((?:[^\S\r\n]|\p{Default_Ignorable_Code_Point})*\/)(?=[A-Za-z])/gmu,
    `$1${APART}`,
  );
}

function withoutMarkup(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2066-\u2069]/g, '')
    .replace(/<!--/g, '&lt;!--')
    .replace(/!\[/g, '!\\[')
    .replace(/<(\/?)(img|script|iframe|style|svg|video|audio|object|embed)\b/gi, '&lt;$1$2');
}

function withoutMentions(text: string): string {
  return text.replace(/@(?=[A-Za-z0-9])/g, `@${APART}`);
}

function withoutKeywords(text: string): string {
  return text.replace(CLOSING_KEYWORD, (word) => word.charAt(0) + APART + word.slice(1));
}

/** Text as a Markdown quotation. Whatever is left open in it, such as a fence, ends with it. */
export function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}

const KEPT_SHARE = 0.8;

/** What `show` makes of the longest beginning of a text, or nearly so, that fits `bytesMax` UTF-8 bytes when shown. */
function fitted(text: string, bytesMax: number, show: (text: string) => string): string {
  for (let keep = bytesMax; keep >= 1; keep = Math.floor(keep * KEPT_SHARE)) {
    const shown = show(cutBytes(text, keep));
    if (utf8Bytes(shown) <= bytesMax) return shown;
  }
  return '';
}

/** Foreign text as a quotation of at most `bytesMax` bytes. */
export function quotedHarmless(text: string, bytesMax: number): string {
  return fitted(text, bytesMax, (part) => quoted(harmless(part)));
}

/** Text in a code fence longer than any run of backticks in it. */
export function fenced(text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, run) => Math.max(most, run[0].length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
