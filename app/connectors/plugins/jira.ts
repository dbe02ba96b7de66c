import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { ConnectorPlace, ConnectorReading } from '#core/domain/request/connector.ts';
import { oneHeader } from '#core/domain/text/one-header.ts';
import type { Connector } from '#core/ports/connectors.ts';
import { readJson } from '../tracker-payload.ts';

/*
 * Webhooks of Jira, Cloud and Data Center: https://developer.atlassian.com/cloud/jira/platform/webhooks/, with a secret, so that
 * `X-Hub-Signature` has the HMAC-SHA256 of the raw body.
 */

const BODY_BYTES_MAX = 1_024 * 1_024;
const SIGNATURE = /^sha256=([0-9a-f]{64})$/;
/** Unsigned, so trusted for its form only. */
const DELIVERY_ID = /^[\w.:-]{1,128}$/;

const Text = z.string().nullish();
/** What is no text, as a document of the newer API is, is left out. */
const Words = Text.catch(null);
/** Cloud knows people by `accountId`, Data Center by `key` or `name`. */
const Person = z.object({ accountId: Text, key: Text, name: Text, displayName: Text });
const Issue = z.object({
  id: z.coerce.string(),
  key: z.string().regex(/^[A-Z][A-Z0-9_]*-\d+$/),
  self: z.url({ protocol: /^https?$/ }),
  fields: z.object({ summary: Words, description: Words, labels: z.array(z.string()).nullish() }),
});
const Comment = z.object({ id: z.coerce.string(), body: z.string(), author: Person });
const Hook = z.object({
  webhookEvent: z.string(),
  issue: Issue.nullish(),
  comment: Comment.nullish(),
  user: Person.nullish(),
});

/** Asks by a comment that mentions us, or by a new issue that mentions us or has the label. */
export const jira: Connector = {
  bytesMax: BODY_BYTES_MAX,
  verify({ headers, body, token }, secret) {
    const given = SIGNATURE.exec(oneHeader(headers, 'x-hub-signature'))?.[1];
    if (given === undefined) return { kind: 'refused', status: 400, reason: 'missing header' };
    const isGenuine = timingSafeEqual(createHmac('sha256', secret).update(body).digest(), Buffer.from(given, 'hex'));
    if (!isGenuine || token !== undefined) return { kind: 'refused', status: 401, reason: 'bad signature' };
    const id = oneHeader(headers, 'x-atlassian-webhook-identifier');
    return { kind: 'genuine', event: 'hook', ...(DELIVERY_ID.test(id) ? { id } : {}) };
  },
  async read({ body }, place) {
    const { webhookEvent, issue, comment, user } = readJson(Hook, body);
    if (issue === null || issue === undefined) return ignored(`${webhookEvent} is about no issue`);
    if (webhookEvent === 'comment_created' && comment !== null && comment !== undefined)
      return isMentioned(comment.body, place)
        ? ask(issue, { words: comment.body, by: comment.author, externalId: `comment/${comment.id}` }, place)
        : ignored('the comment does not mention us');
    if (webhookEvent !== 'jira:issue_created') return ignored(`${webhookEvent} asks for nothing`);
    const { summary, description, labels } = issue.fields;
    const hasLabel = place.label !== null && (labels ?? []).includes(place.label);
    if (!hasLabel && !isMentioned(`${summary ?? ''}\n${description ?? ''}`, place))
      return ignored('the issue neither mentions us nor has the label');
    return ask(issue, { words: '', by: user, externalId: `issue/${issue.id}` }, place);
  },
};

function ignored(reason: string): ConnectorReading {
  return { kind: 'ignored', reason };
}

function mentionOf({ mention }: ConnectorPlace): RegExp {
  return new RegExp(String.raw`(?<![\w@./-])@${mention}(?![\w-])[:,]?[ \t]*`, 'giu');
}

function isMentioned(words: string, place: ConnectorPlace): boolean {
  return mentionOf(place).test(words);
}

function ask(
  { key, self, fields }: z.infer<typeof Issue>,
  said: { readonly words: string; readonly by: z.infer<typeof Person> | null | undefined; readonly externalId: string },
  place: ConnectorPlace,
): ConnectorReading {
  const id = said.by?.accountId ?? said.by?.key ?? said.by?.name;
  if (id === null || id === undefined || id === '') return ignored('nobody is named who asks');
  const words = [said.words, `${key}: ${fields.summary ?? ''}`, fields.description ?? ''];
  const prompt = words
    .map((part) => part.replaceAll(mentionOf(place), '').trim())
    .filter((part) => part !== '')
    .join('\n\n');
  const url = new URL(self);
  // Below the path that a Data Center may have, as in `https://example.org/jira/rest/api/2/issue/10002`.
  const base = `${url.origin}${url.pathname.replace(/\/rest\/.*$/, '')}`;
  const sender = { id, name: said.by?.displayName ?? id };
  return { kind: 'ask', prompt, sender, externalId: said.externalId, url: `${base}/browse/${key}` };
}
