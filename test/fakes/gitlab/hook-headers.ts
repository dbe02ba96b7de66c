import { createHmac, randomUUID } from 'node:crypto';
import type { HookRecord } from './hook-records.ts';

const SECRET_PREFIX = 'whsec_';

/** What the headers of one call depend on. `atMs` is in milliseconds since the epoch. */
export interface HookCall {
  /** For example `Note Hook`. */
  readonly event: string;
  readonly body: string;
  /** Stays the same when the event is sent again. */
  readonly idempotencyKey: string;
  readonly instanceUrl: string;
  readonly atMs: number;
}

/** `X-Gitlab-Event` of a trigger: `Note Hook` of `note`. */
export function eventHeader(trigger: string): string {
  const words = trigger.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join(' ')} Hook`;
}

/**
 * The headers of a call: https://docs.gitlab.com/user/project/integrations/webhooks/#delivery-headers
 * With a signing secret also `webhook-id`, `webhook-timestamp` and `webhook-signature`, an HMAC-SHA256 over
 * `id.timestamp.body` (https://gitlab.com/gitlab-org/gitlab/-/merge_requests/230944).
 */
export function hookHeaders(hook: HookRecord, call: HookCall): Record<string, string> {
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'User-Agent': 'GitLab/18.11.0',
    'Idempotency-Key': call.idempotencyKey,
    'X-Gitlab-Event': call.event,
    'X-Gitlab-Webhook-UUID': randomUUID(),
    'X-Gitlab-Instance': call.instanceUrl,
    'X-Gitlab-Event-UUID': randomUUID(),
  };
  if (hook.token !== undefined) headers['X-Gitlab-Token'] = hook.token;
  if (hook.signingSecret !== undefined) Object.assign(headers, signedHeaders(hook.signingSecret, call));
  return headers;
}

function signedHeaders(secret: string, { idempotencyKey, atMs, body }: HookCall): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1_000));
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  const mac = createHmac('sha256', key).update(`${idempotencyKey}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': idempotencyKey, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
}
