import { AppError } from '#core/domain/errors.ts';
import { codeOfSilence, waitMs } from '#core/domain/host/host-call.ts';

/** Where a message goes, and as what it is spoken of: the address is a secret and stands in no error. */
export interface Webhook {
  readonly url: string;
  /** For example `Telling the channel on-call (slack)`. */
  readonly action: string;
  readonly timeoutMs: number;
}

/**
 * Posts JSON, once. No redirect is followed and of the answer nothing but its status is read. Throws what `notices.ts` of the
 * ports says. Statuses: https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks; Teams answers 202.
 */
export async function postWebhook({ url, action, timeoutMs }: Webhook, message: unknown): Promise<void> {
  const call = { action, write: true };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause: unknown) => {
    throw new AppError(codeOfSilence(cause, call), `${action} failed: its webhook did not answer`, { cause });
  });
  await response.body?.cancel().catch(() => undefined);
  if (!response.ok) throw refusalOf(response, action);
}

function refusalOf({ status, headers }: Response, action: string): AppError {
  const context = { status };
  const failed = `${action} failed: its webhook answered ${status}`;
  if (status === 429) {
    const retryAfterMs = waitMs(headers.get('retry-after') ?? undefined, () => undefined);
    return new AppError('limited', failed, { context, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  }
  if (status >= 500 || status === 408) return new AppError('ambiguous', failed, { context });
  if ([401, 403, 404, 410].includes(status))
    return new AppError('denied', `${failed}; make a new one and set it in ALERT_CHANNEL_SECRETS`, { context });
  const isElsewhere = status >= 300 && status < 400;
  return new AppError('invalid', isElsewhere ? `${failed}, to go elsewhere, which is not done` : failed, { context });
}
