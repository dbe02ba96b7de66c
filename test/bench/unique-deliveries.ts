import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';

/** A signed delivery; `body` is put together when it is sent, since thousands of them would fill the memory. */
export interface UniqueDelivery {
  readonly guid: string;
  /** Value of `X-Hub-Signature-256`. */
  readonly signature: string;
  body(): Buffer;
}

const PLACE = '00000000-0000-4000-8000-000000000000';

const Examples = z.array(
  z.object({ name: z.string(), examples: z.array(z.looseObject({ action: z.string().optional() })) }),
);
const IssueComment = z.looseObject({ comment: z.looseObject({ body: z.string() }) });

/** The smallest comment that GitHub's webhook examples have (about 10.6 KB), as an installed App gets it. */
function commentTemplate(): { before: Buffer; after: Buffer } {
  const file = createRequire(import.meta.url).resolve('@octokit/webhooks-examples/api.github.com/index.json');
  const comments = Examples.parse(JSON.parse(readFileSync(file, 'utf8')))
    .filter(({ name }) => name === 'issue_comment')
    .flatMap(({ examples }) => examples)
    .filter(({ action, installation }) => action === 'created' && installation === undefined)
    .map((payload) => IssueComment.parse(payload))
    .toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length);
  const [payload] = comments;
  if (payload === undefined) throw new Error('the webhook examples hold no issue comment');
  payload.comment.body = `${PLACE} ${payload.comment.body}`;
  const text = JSON.stringify({ ...payload, installation: { id: 1, node_id: 'MDIz' } });
  const [before = '', after = ''] = text.split(PLACE);
  return { before: Buffer.from(before), after: Buffer.from(after) };
}

/** Bytes of one delivery's body. */
export function deliveryBytes(): number {
  const { before, after } = commentTemplate();
  return before.byteLength + PLACE.length + after.byteLength;
}

/** Signs `count` comments, of which no two have the same body. Takes about 15 ms per thousand. */
export function signDeliveries(count: number, secret: string): UniqueDelivery[] {
  const { before, after } = commentTemplate();
  return Array.from({ length: count }, () => {
    const guid = randomUUID();
    const hmac = createHmac('sha256', secret).update(before).update(guid).update(after);
    return {
      guid,
      signature: `sha256=${hmac.digest('hex')}`,
      body: () => Buffer.concat([before, Buffer.from(guid), after]),
    };
  });
}
