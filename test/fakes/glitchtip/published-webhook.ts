import type { PublishedShape } from '../tracker/published.ts';

/*
 * Facts out of apps/alerts/webhooks.py of https://gitlab.com/glitchtip/glitchtip-backend, written down by hand: what a
 * recipient of the type "general, Slack-compatible webhook" is sent.
 */

const ATTACHMENTS: PublishedShape = {
  'attachments[]': [
    'title:string title_link:string text:string/null image_url:string/null color:string/null fields:list/null',
    // Misspelt by Glitchtip.
    'mrkdown_in:list/null',
  ].join(' '),
  'attachments[].fields[]': 'title:string value:string short:boolean',
};

/** As of version 6.2: `WebhookPayload` has text and attachments. */
export const ALERT: PublishedShape = { '': 'text:string attachments:list', ...ATTACHMENTS };

/** Before: with a name, and with a section for each attachment in the words of Microsoft Teams. */
export const ALERT_WITH_SECTIONS: PublishedShape = {
  '': 'alias:string text:string attachments:list sections:list',
  'sections[]': 'activityTitle:string activitySubtitle:string',
  ...ATTACHMENTS,
};
