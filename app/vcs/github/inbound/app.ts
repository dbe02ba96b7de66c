import { Probot, ProbotOctokit } from 'probot';
import { AppError } from '#core/domain/errors.ts';
import { requireStrongSecret } from '#core/contracts/host-variables.ts';
import { oneHeader } from '#core/domain/text/one-header.ts';
import type { Knock, WebhookDoor } from '#core/ports/host/webhook-door.ts';

// GitHub's header values: a GUID and a snake_case word. Neither is signed, so neither is trusted beyond its form.
const GUID = /^[\w-]{1,64}$/;
const EVENT = /^[a-z0-9_]{1,64}$/;

type ClientOptions = ConstructorParameters<typeof ProbotOctokit>[0];

/** The webhook side of the App. */
export interface GitHubDoor {
  /**
   * Judges one delivery by `x-github-delivery`, `x-github-event` and `x-hub-signature-256`. Nothing is parsed, logged
   * or sent. The signature covers the body only: a repeated body under a new GUID is for the inbox to recognise.
   */
  admit(knock: Knock): ReturnType<WebhookDoor>;
  /** Whether `signature` (`sha256=<hex>`) is GitHub's over exactly these bytes. */
  verify(raw: Uint8Array, signature: string): Promise<boolean>;
}

/**
 * Opens the door: a Probot App whose only use is its signature check. Probot's own middleware is left out, because it
 * answers before anything is recorded, has no size limit and logs whole bodies of forged deliveries. This Probot is
 * given everything explicitly and so reads no environment (`REDIS_URL`, `LOG_LEVEL`, `WEBHOOK_SECRET`, …); it holds no
 * App key, and its client cannot send anything.
 * @throws AppError `invalid` when the secret is shorter than 32 bytes or Probot's published default.
 */
export async function openGitHubDoor(options: { webhookSecret: string }): Promise<GitHubDoor> {
  requireStrongSecret(options.webhookSecret);
  const probot = new Probot({
    secret: options.webhookSecret,
    // Probot insists on credentials; these are none, and the client below would not send them.
    githubToken: 'unused',
    Octokit: ProbotOctokit.defaults((given: ClientOptions) => ({
      ...given,
      retry: { enabled: false },
      throttle: { enabled: false },
    })),
    request: { fetch: refuseToSend },
    logLevel: 'fatal',
    logFormat: 'json',
  });
  await probot.ready();
  const verify: GitHubDoor['verify'] = async (raw, signature) => {
    const text = decodeExactly(raw);
    return text !== undefined && text !== '' && signature !== '' && probot.webhooks.verify(text, signature);
  };
  return {
    verify,
    async admit({ headers, body }) {
      const guid = oneHeader(headers, 'x-github-delivery');
      const event = oneHeader(headers, 'x-github-event');
      const signature = oneHeader(headers, 'x-hub-signature-256');
      if (!GUID.test(guid) || !EVENT.test(event) || signature === '') {
        return { kind: 'refused', status: 400, reason: 'missing header' };
      }
      if (!(await verify(body, signature))) return { kind: 'refused', status: 401, reason: 'bad signature' };
      return { kind: 'admitted', delivery: { provider: 'github', guid, event, body } };
    },
  };
}

/**
 * Probot checks text, GitHub signs bytes. Only a lossless decoding may stand for the bytes: replacement characters or
 * a dropped byte-order mark would let a changed body pass under an old signature.
 */
function decodeExactly(raw: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return undefined;
  }
}

function refuseToSend(): never {
  throw new AppError('internal', 'the webhook door sends nothing');
}
