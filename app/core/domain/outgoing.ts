/** Zero width space: shows nothing, and keeps GitHub from seeing one word. It works in titles and code too. */
const APART = '\u200B';

/** Source: GitHub, "Linking a pull request to an issue": the keywords, before `#1`, `GH-1`, `owner/name#1` or an address. */
const CLOSING_KEYWORD = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?=:?\s+(?:#|GH-|https?:|[\w.-]+\/[\w.-]+#))/gi;

/**
 * Text an agent or a stranger wrote, made harmless for a comment or a pull request: no control characters, no HTML
 * comments (hidden markers), no live mentions, no closing keywords, no images that load from elsewhere.
 * Source: GitHub's autolinked references and keywords.
 */
export function harmless(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2066-\u2069]/g, '')
    .replace(/<!--/g, '&lt;!--')
    .replace(/!\[/g, '!\\[')
    .replace(/<(\/?)(img|script|iframe|style|svg|video|audio|object|embed)\b/gi, '&lt;$1$2')
    .replace(/@(?=[A-Za-z0-9])/g, `@${APART}`)
    .replace(CLOSING_KEYWORD, (word) => word.charAt(0) + APART + word.slice(1));
}

/** Text as a Markdown quotation. */
export function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

/** Text in a code fence longer than any run of backticks in it. */
export function fenced(text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, run) => Math.max(most, run[0].length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
