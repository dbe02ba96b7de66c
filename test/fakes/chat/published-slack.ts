import { z } from 'zod';

/*
 * What Slack publishes of messages for incoming webhooks, as far as we send it:
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/,
 * https://docs.slack.dev/reference/block-kit/blocks/section-block, https://docs.slack.dev/reference/methods/chat.postMessage
 */

const Mrkdwn = z.strictObject({
  type: z.literal('mrkdwn'),
  text: z.string().min(1).max(3_000),
  verbatim: z.boolean().optional(),
});
const Plain = z.strictObject({
  type: z.literal('plain_text'),
  text: z.string().min(1).max(3_000),
  emoji: z.boolean().optional(),
});
const Section = z.strictObject({ type: z.literal('section'), text: z.discriminatedUnion('type', [Mrkdwn, Plain]) });
const Header = z.strictObject({ type: z.literal('header'), text: Plain.extend({ text: z.string().min(1).max(150) }) });

/** A message. */
export const SlackMessage = z.strictObject({
  text: z.string().min(1).max(40_000),
  blocks: z
    .array(z.discriminatedUnion('type', [Section, Header]))
    .max(50)
    .optional(),
  unfurl_links: z.boolean().optional(),
  unfurl_media: z.boolean().optional(),
});
type SlackMessage = z.infer<typeof SlackMessage>;

/** Between angle brackets: an address, or whoever is called: https://docs.slack.dev/messaging/formatting-message-text */
const CONTROL = /<([^<>]*)>/g;
const LINK = /^https?:\/\/[^|]+(?:\|[^|]*)?$/;

/** What of a message Slack would not show but act upon, other than links: who is called, what is looked up, stray characters. */
export function actedUpon({ text, blocks = [], ...more }: SlackMessage): string[] {
  const texts = [text, ...blocks.map((block) => block.text.text)];
  const loose = blocks.filter(({ text: one }) => one.type === 'mrkdwn' && one.verbatim !== true);
  return [
    ...texts.flatMap((one) =>
      [...one.matchAll(CONTROL)].flatMap(([, inside = '']) => (LINK.test(inside) ? [] : [inside])),
    ),
    ...texts.flatMap((one) => one.replace(CONTROL, '').match(/[<>]|&(?!(?:amp|lt|gt);)/g) ?? []),
    ...(loose.length > 0 ? ['names and addresses in the text'] : []),
    ...(more.unfurl_links === false && more.unfurl_media === false ? [] : ['what addresses lead to']),
  ];
}
