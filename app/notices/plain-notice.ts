import { asSeen } from '#core/domain/text/invisible.ts';
import { cutBytes, utf8Bytes, wellFormed } from '#core/domain/text/text-limit.ts';
import type { Notice } from '#core/ports/notices.ts';

/*
 * What every channel takes, whatever it does to a text: Slack counts 3,000 characters a section after making `&` five of them,
 * and Teams 28 KB a message after escaping for JSON.
 */
const TITLE_BYTES_MAX = 300;
const LINE_BYTES_MAX = 500;
const LINES_BYTES_MAX = 8_000;
const LINES_MAX = 60;
const LINK_TEXT_BYTES_MAX = 80;
const LINK_URL_CHARS_MAX = 500;
/** Of buttons, Teams shows six. */
const LINKS_MAX = 6;

/** A notice of bounded size, whose title, lines and words of links are one line each, and whose links lead to the web. */
export function plainNotice({ id, title, lines, links }: Notice): Notice {
  return { id, title: oneLine(title, TITLE_BYTES_MAX) || 'Notice', lines: fitting(lines), links: shown(links) };
}

function fitting(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let left = LINES_BYTES_MAX;
  for (const [at, line] of lines.entries()) {
    const text = oneLine(line, LINE_BYTES_MAX);
    left -= utf8Bytes(text);
    if (left < 0 || kept.length === LINES_MAX - 1) return [...kept, `… ${lines.length - at} more lines`];
    if (text !== '') kept.push(text);
  }
  return kept;
}

function shown(links: Notice['links']): Notice['links'] {
  const leading = links.flatMap(({ text, url }) => {
    const href = webAddress(url);
    return href === undefined ? [] : [{ text: oneLine(text, LINK_TEXT_BYTES_MAX) || href, url: href }];
  });
  return leading.slice(0, LINKS_MAX);
}

/** In the form that needs no escaping: without spaces, quotes and angle brackets. */
function webAddress(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, username, password, href } = new URL(url);
  const isPlain = (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
  return isPlain && href.length <= LINK_URL_CHARS_MAX ? href : undefined;
}

/** Cut first, so that a text of megabytes costs nothing. Nothing invisible stays, nor what turns the reading direction. */
function oneLine(text: string, bytesMax: number): string {
  const isLong = text.length > bytesMax || utf8Bytes(text) > bytesMax;
  const cut = isLong ? `${cutBytes(text, bytesMax - '…'.length * 3)}…` : text;
  return asSeen(wellFormed(cut))
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
