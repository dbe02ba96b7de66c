import { createHash, timingSafeEqual } from 'node:crypto';
import { requireStrongSecret } from '#core/contracts/host-variables.ts';
import { oneHeader } from '#core/domain/text/one-header.ts';
import type { Knock, WebhookDoor } from '#core/ports/host/webhook-door.ts';
import { isSigned, signingKeyOf } from './standard-webhooks.ts';

const GUID = /^[\w-]{1,64}$/;
const EVENT = /^[A-Za-z][A-Za-z ]{0,63}$/;

/** Stands for a header that is missing or malformed; such a delivery is genuine all the same, and ignored later. */
const UNKNOWN_EVENT = 'unknown';

/** What the door is given. */
export interface DoorOptions {
  /** What hooks send as `X-Gitlab-Token`. */
  readonly webhookSecret: string;
  /** `whsec_…`; when given, a delivery must be signed as well. */
  readonly signingToken?: string;
  /** Milliseconds since the epoch; the system's clock when absent. */
  readonly now?: () => number;
}

/** The webhook side of GitLab. */
export interface GitLabDoor {
  /**
   * Judges one delivery by its token and, where a signing token is set, its signature. Nothing is parsed, logged or
   * sent. Only what is not genuine is refused: GitLab turns a hook off after four answers of 4xx or 5xx in a row
   * (https://docs.gitlab.com/user/project/integrations/webhooks/#auto-disabled-webhooks), so what is merely not for us
   * is admitted and ignored later.
   */
  admit(knock: Knock): ReturnType<WebhookDoor>;
}

/**
 * Opens the door.
 * @throws AppError `invalid` when the secret is shorter than 32 bytes, or the signing token is none.
 */
export function openGitLabDoor(options: DoorOptions): GitLabDoor {
  requireStrongSecret(options.webhookSecret);
  const token = digestOf(options.webhookSecret);
  const key = options.signingToken === undefined ? undefined : signingKeyOf(options.signingToken);
  const now = options.now ?? Date.now;
  const judge = ({ headers, body }: Knock): Awaited<ReturnType<WebhookDoor>> => {
    // Digests have one length, so that comparing them tells nothing, not even how long the secret is.
    if (!timingSafeEqual(digestOf(oneHeader(headers, 'x-gitlab-token')), token)) {
      return { kind: 'refused', status: 401, reason: 'bad token' };
    }
    if (key !== undefined && !isSigned({ ...signatureIn(headers), body }, key, now())) {
      return { kind: 'refused', status: 401, reason: 'bad signature' };
    }
    const event = oneHeader(headers, 'x-gitlab-event');
    const delivery = {
      provider: 'gitlab',
      guid: guidOf(headers, body),
      event: EVENT.test(event) ? event : UNKNOWN_EVENT,
      body,
    } as const;
    return { kind: 'admitted', delivery };
  };
  return { admit: (knock) => Promise.resolve(judge(knock)) };
}

function signatureIn(headers: Knock['headers']) {
  return {
    id: oneHeader(headers, 'webhook-id'),
    timestamp: oneHeader(headers, 'webhook-timestamp'),
    signatures: oneHeader(headers, 'webhook-signature'),
  };
}

/**
 * The id that a repetition has as well: `webhook-id` where signed, `Idempotency-Key` since 17.4. Before that there was
 * one of each attempt only (`X-Gitlab-Webhook-UUID`; `X-Gitlab-Event-UUID` is even shared by hooks that set off one
 * another), so that the bytes themselves are the better name: they hold what happened to whom and when.
 */
function guidOf(headers: Knock['headers'], body: Uint8Array): string {
  const named = [oneHeader(headers, 'webhook-id'), oneHeader(headers, 'idempotency-key')].find((id) => GUID.test(id));
  return named ?? createHash('sha256').update(body).digest('hex');
}

function digestOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
