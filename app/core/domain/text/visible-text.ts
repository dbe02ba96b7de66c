const FENCE = /^ {0,3}(`{3,}|~{3,})/;

function spaces(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/**
 * Blanks fenced blocks (closed by a fence of the same sign, at least as long), indented code and, if wanted, block quotes.
 * Lines of an HTML comment that begins a line are left to {@link inlineSpans}: a fence in there is none.
 */
function blankBlocks(text: string, also: { quotes: boolean }): string {
  let fence: string | undefined;
  let inComment = false;
  let afterBlank = true;
  const kept = text.split('\n').map((line) => {
    if (fence === undefined && (inComment || /^ {0,3}<!--/.test(line))) {
      inComment = !line.includes('-->');
      return line;
    }
    const mark = FENCE.exec(line)?.[1];
    const inside = fence !== undefined;
    if (fence === undefined) fence = mark;
    else if (mark?.startsWith(fence) === true && line.trim() === mark) fence = undefined;
    const indented = afterBlank && /^(?: {4}|\t)/.test(line);
    afterBlank = line.trim() === '' || indented;
    const hidden = inside || mark !== undefined || indented || (also.quotes && /^ {0,3}>/.test(line));
    return hidden ? spaces(line) : line;
  });
  return kept.join('\n');
}

interface Opener {
  readonly at: number;
  readonly sign: string;
  /** Counts blank lines before it: a code span ends with its paragraph. */
  readonly paragraph: number;
}

function openersOf(text: string): Opener[] {
  let paragraph = 0;
  const openers: Opener[] = [];
  for (const { 0: sign, index } of text.matchAll(/`+|<!--|\n[ \t]*(?=\n)/g)) {
    if (sign.startsWith('\n')) paragraph += 1;
    else openers.push({ at: index, sign, paragraph });
  }
  return openers;
}

/** For each run of backticks the next run of the same length in its paragraph; found from the end, so in one pass. */
function closersOf(openers: readonly Opener[]): Map<Opener, Opener> {
  const closers = new Map<Opener, Opener>();
  const next = new Map<string, Opener>();
  for (const opener of openers.toReversed()) {
    const closer = next.get(opener.sign);
    if (closer?.paragraph === opener.paragraph) closers.set(opener, closer);
    if (opener.sign !== '<!--') next.set(opener.sign, opener);
  }
  return closers;
}

interface Span {
  readonly kind: 'comment' | 'code';
  readonly from: number;
  readonly to: number;
}

/** HTML comments and code spans, whichever begins first, from left to right; they never overlap. */
function inlineSpans(text: string): Span[] {
  const openers = openersOf(text);
  const closers = closersOf(openers);
  const spans: Span[] = [];
  let at = 0;
  for (const opener of openers) {
    if (opener.at < at) continue;
    const kind = opener.sign === '<!--' ? 'comment' : 'code';
    const end = kind === 'comment' ? commentEnd(text, opener.at) : spanEnd(closers.get(opener));
    if (end === undefined) continue;
    spans.push({ kind, from: opener.at, to: end });
    at = end;
  }
  return spans;
}

/** The text with each span replaced by what `change` makes of it. */
function replaceSpans(text: string, spans: readonly Span[], change: (inside: string) => string): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { from, to } of spans) {
    pieces.push(text.slice(at, from), change(text.slice(from, to)));
    at = to;
  }
  return pieces.join('') + text.slice(at);
}

function commentEnd(text: string, from: number): number {
  const close = text.indexOf('-->', from);
  return close < 0 ? text.length : close + '-->'.length;
}

function spanEnd(closer: Opener | undefined): number | undefined {
  return closer === undefined ? undefined : closer.at + closer.sign.length;
}

/**
 * The text with everything blanked that does not speak for its author: HTML comments, fenced and indented code, block
 * quotes and code spans. Same length and line ends as the input, so a position found here is valid there.
 * Source: GitHub Flavored Markdown, sections on fenced code blocks, block quotes, code spans and HTML comments.
 */
export function visibleText(text: string): string {
  const blanked = blankBlocks(text, { quotes: true });
  return replaceSpans(blanked, inlineSpans(blanked), spaces);
}

/** The text without its HTML comments, which no reader sees; those in code are shown and so stay. */
export function withoutComments(text: string): string {
  const spans = inlineSpans(blankBlocks(text, { quotes: false }));
  return replaceSpans(
    text,
    spans.filter((span) => span.kind === 'comment'),
    () => '',
  );
}
