import type { Notice } from '#core/ports/notices.ts';
import { plainNotice } from './plain-notice.ts';

/*
 * Messages for a Teams workflow "when a webhook request is received", which posts the Adaptive Cards among the attachments:
 * https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */

/** The first version with texts that are no Markdown: https://learn.microsoft.com/en-us/adaptive-cards/schema-explorer/text-run */
const CARD_VERSION = '1.2';

/**
 * A notice as the JSON that Teams is sent. All of it stands in `TextRun`, the one element in which neither Markdown nor
 * `{{DATE(…)}}` means anything, so nothing has to be escaped and nothing is called: a mention needs an entity beside the card.
 */
export function teamsMessage(notice: Notice): unknown {
  const { title, lines, links } = plainNotice(notice);
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: CARD_VERSION,
    msteams: { width: 'Full' },
    body: [
      { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: title, weight: 'bolder', size: 'medium' }] },
      ...lines.map((text) => ({ type: 'RichTextBlock', spacing: 'small', inlines: [{ type: 'TextRun', text }] })),
    ],
    actions: links.map(({ text, url }) => ({ type: 'Action.OpenUrl', title: text, url })),
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] };
}
