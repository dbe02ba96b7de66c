import { z } from 'zod';

/*
 * What Microsoft publishes of messages that a workflow posts, as far as we send it: the cards of
 * https://learn.microsoft.com/en-us/adaptive-cards/schema-explorer/adaptive-card, inside of what
 * https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using shows.
 */

/** Of a message: the same page. */
export const TEAMS_BYTES_MAX = 28 * 1_024;

const Spacing = z.enum(['default', 'none', 'small', 'medium', 'large', 'extraLarge', 'padding']).optional();
const Look = {
  size: z.enum(['default', 'small', 'medium', 'large', 'extraLarge']).optional(),
  weight: z.enum(['default', 'lighter', 'bolder']).optional(),
};
const TextRun = z.strictObject({ type: z.literal('TextRun'), text: z.string(), ...Look });
const RichTextBlock = z.strictObject({
  type: z.literal('RichTextBlock'),
  inlines: z.array(TextRun).min(1),
  spacing: Spacing,
});
const TextBlock = z.strictObject({
  type: z.literal('TextBlock'),
  text: z.string(),
  wrap: z.boolean().optional(),
  spacing: Spacing,
  ...Look,
});
const OpenUrl = z.strictObject({
  type: z.literal('Action.OpenUrl'),
  title: z.string().min(1),
  url: z.url({ protocol: /^https?$/ }),
});

const AdaptiveCard = z.strictObject({
  $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json').optional(),
  type: z.literal('AdaptiveCard'),
  version: z.enum(['1.2', '1.3', '1.4', '1.5']),
  // Whoever is called is an entity here.
  msteams: z.strictObject({ width: z.literal('Full').optional() }).optional(),
  body: z.array(z.discriminatedUnion('type', [RichTextBlock, TextBlock])).min(1),
  // More than six are not shown.
  actions: z.array(OpenUrl).max(6).optional(),
});

/** A message. */
export const TeamsMessage = z.strictObject({
  type: z.literal('message'),
  attachments: z
    .array(
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null().optional(),
        content: AdaptiveCard,
      }),
    )
    .min(1),
});
type TeamsMessage = z.infer<typeof TeamsMessage>;

/** Texts in which Markdown and functions of dates mean something, and texts in which nothing does. */
export function textsOf({ attachments }: TeamsMessage): { readonly markdown: string[]; readonly plain: string[] } {
  const body = attachments.flatMap(({ content }) => content.body);
  return {
    markdown: body.flatMap((one) => (one.type === 'TextBlock' ? [one.text] : [])),
    plain: body.flatMap((one) => (one.type === 'RichTextBlock' ? one.inlines.map(({ text }) => text) : [])),
  };
}
