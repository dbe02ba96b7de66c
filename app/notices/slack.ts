import type { Notice } from '#core/ports/notices.ts';
import { plainNotice } from './plain-notice.ts';

/*
 * Messages for Slack's incoming webhooks: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/ and
 * https://docs.slack.dev/reference/block-kit/composition-objects/text-object
 */

/** Of a text object. */
const TEXT_CHARS_MAX = 3_000;
/** What would be drawn instead of shown; a title with none of it can be bold. */
const FORMATTING = /[*_~`]/;

/**
 * A notice as the JSON that Slack is sent. No word of it calls anybody, becomes a link or is looked up: `<` and `>` are escaped,
 * `verbatim` leaves names alone, and nothing is unfurled.
 */
export function slackMessage(notice: Notice): unknown {
  const { title, lines, links } = plainNotice(notice);
  const heading = escaped(title);
  const linked = links.map(({ text, url }) => `<${escaped(url).replaceAll('|', '%7C')}|${escaped(text)}>`);
  const sections = [
    FORMATTING.test(heading) ? heading : `*${heading}*`,
    ...joined(lines.map(escaped), '\n'),
    ...joined(linked, ' · '),
  ];
  return {
    // For notifications, and for whoever is read to.
    text: heading,
    unfurl_links: false,
    unfurl_media: false,
    blocks: sections.map((text) => ({ type: 'section', text: { type: 'mrkdwn', verbatim: true, text } })),
  };
}

/** Exactly these three: https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** As few texts as hold all parts. */
function joined(parts: readonly string[], between: string): string[] {
  const texts: string[] = [];
  for (const part of parts) {
    const last = texts.at(-1);
    const longer = last === undefined ? part : `${last}${between}${part}`;
    if (last === undefined || longer.length > TEXT_CHARS_MAX) texts.push(part);
    else texts[texts.length - 1] = longer;
  }
  return texts;
}
