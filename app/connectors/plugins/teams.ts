import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { oneHeader } from '#core/domain/text/one-header.ts';
import type { Connector } from '#core/ports/connectors.ts';
import { readJson } from '../tracker-payload.ts';

/*
 * Outgoing webhooks of Microsoft Teams: whoever mentions the webhook in a channel calls it, and it has 5 s to answer.
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook
 */

const BODY_BYTES_MAX = 256 * 1_024;
const DIGEST_BYTES = 32;
const SIGNATURE = /^HMAC ([A-Za-z0-9+/]{43}=)$/;
const ANSWER =
  'This is on record. When it asks for work, there will be a request with a plan for a maintainer to approve.';

const Activity = z.object({
  type: z.literal('message'),
  id: z.string().min(1),
  text: z.string(),
  from: z.object({ id: z.string().min(1), aadObjectId: z.string().nullish(), name: z.string().nullish() }),
  conversation: z.object({ id: z.string() }).nullish(),
});

/** Asks by every message that mentions the webhook, since Teams tells of no other. */
export const teams: Connector = {
  bytesMax: BODY_BYTES_MAX,
  answer: JSON.stringify({ type: 'message', text: ANSWER }),
  verify({ headers, body, token }, secret) {
    const given = SIGNATURE.exec(oneHeader(headers, 'authorization'))?.[1];
    if (given === undefined) return { kind: 'refused', status: 400, reason: 'missing header' };
    const digest = Buffer.from(given, 'base64');
    // The token that Teams shows is the base64 of the key.
    const expected = createHmac('sha256', Buffer.from(secret, 'base64')).update(body).digest();
    const isGenuine = digest.byteLength === DIGEST_BYTES && timingSafeEqual(expected, digest);
    if (!isGenuine || token !== undefined) return { kind: 'refused', status: 401, reason: 'bad signature' };
    return { kind: 'genuine', event: 'message' };
  },
  async read({ body }) {
    const { id, text, from, conversation } = readJson(Activity, body);
    const prompt = plain(text);
    if (prompt === '') return { kind: 'ignored', reason: 'the message has no words but the mention' };
    const sender = from.aadObjectId ?? from.id;
    return {
      kind: 'ask',
      prompt,
      sender: { id: sender, name: from.name ?? sender },
      externalId: `${conversation?.id ?? ''}/${id}`,
      url: null,
    };
  },
};

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&nbsp;', ' '],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#39;', "'"],
  ['&amp;', '&'],
]);

/** The words of a message without its mentions; Teams sends HTML, with the mention in `<at>`. */
function plain(html: string): string {
  const words = html
    .replaceAll(/<at\b[^>]*>[^<]*<\/at>/gi, '')
    .replaceAll(/<(?:br|\/p|\/div|\/li)\b[^>]*>/gi, '\n')
    .replaceAll(/<\/?[a-z][^<>]*>/gi, '');
  return words.replaceAll(/&(?:nbsp|lt|gt|quot|#39|amp);/g, (entity) => ENTITIES.get(entity) ?? entity).trim();
}
