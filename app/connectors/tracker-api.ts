import { z } from 'zod';
import type { AlertSource } from '#core/domain/alert/source.ts';
import { AppError } from '#core/domain/errors.ts';
import { readWhole } from '#core/domain/text/bounded-bytes.ts';

const TIMEOUT_MS = 10_000;
/** Sentry takes events of up to 1 MB; what it adds to one is less than that again. */
const ANSWER_BYTES_MAX = 5 * 1_024 * 1_024;
const SECOND_MS = 1_000;

/** Asks the API of a tracker for JSON. `path` begins with a slash and ends with one, as both trackers want it. */
export type AskTracker = <Schema extends z.ZodType>(
  source: AlertSource,
  path: string,
  answer: Schema,
) => Promise<z.output<Schema>>;

/**
 * Opens it. `tokens`: the token that reads, by the id of its source. A token is sent to the address that its source was
 * configured with and nowhere else: no redirect is followed.
 */
export function askingTrackers(tokens: ReadonlyMap<string, string>): AskTracker {
  return async (source, path, answer) => {
    const action = `Asking ${source.id} (${source.tracker})`;
    const token = tokens.get(source.id);
    if (token === undefined) throw new AppError('denied', `${action}: ALERT_API_TOKENS has no token for it`);
    const response = await call(`${source.url}/api/0${path}`, token, action);
    const whole = await readWhole(response.body, ANSWER_BYTES_MAX).catch((cause: unknown) => {
      throw new AppError('unavailable', `${action}: the answer broke off`, { cause });
    });
    if (!response.ok) throw refusalOf(response, action);
    if (whole === undefined) throw new AppError('invalid', `${action}: the answer is larger than 5 MiB`);
    const parsed = answer.safeParse(jsonOf(whole));
    if (parsed.success) return parsed.data;
    throw new AppError('invalid', `${action}: the answer is not what its API describes`, { cause: parsed.error });
  };
}

async function call(url: string, token: string, action: string): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  try {
    return await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new AppError('unavailable', `${action}: no answer within ${TIMEOUT_MS / SECOND_MS} s`, { cause });
  }
}

function refusalOf({ status, headers }: Response, action: string): AppError {
  const message = `${action}: it answered ${status}`;
  if (status === 401 || status === 403) return new AppError('denied', message);
  if (status === 404) return new AppError('missing', message);
  if (status === 429) {
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    return new AppError('limited', message, Number.isFinite(seconds) ? { retryAfterMs: seconds * SECOND_MS } : {});
  }
  return new AppError(status >= 500 ? 'unavailable' : 'invalid', message);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
