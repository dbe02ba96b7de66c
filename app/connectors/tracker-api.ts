import type { z } from 'zod';
import type { AlertSource } from '#core/domain/alert/source.ts';
import { AppError } from '#core/domain/errors.ts';
import { codeOfSilence, waitMs, type HostCall } from '#core/domain/host/host-call.ts';
import { readWhole } from '#core/domain/text/bounded-bytes.ts';

const TIMEOUT_MS = 10_000;
/** Sentry takes events of up to 1 MB; what it adds to one is less than that again. */
const ANSWER_BYTES_MAX = 5 * 1_024 * 1_024;
const SECOND_MS = 1_000;

/** One call of a tracker's API. */
export interface TrackerRequest {
  /** Begins with a slash and ends with one, as both trackers want it; a query may follow. */
  readonly path: string;
  /** What is written; a read when absent. */
  readonly write?: { readonly method: 'POST' | 'PUT'; readonly body: unknown };
  /** The scope that the token needs, as both trackers name scopes. */
  readonly needs: string;
}

/** What a tracker answered, and where its list goes on. */
export interface TrackerAnswer<Data> {
  readonly data: Data;
  /** Cursor of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** Asks the API of a tracker for JSON, or writes to it. Errors as `trackers.ts` of the ports says. */
export type AskTracker = <Schema extends z.ZodType>(
  source: AlertSource,
  request: TrackerRequest,
  answer: Schema,
) => Promise<TrackerAnswer<z.output<Schema>>>;

/**
 * Opens it. `tokens`: the token of each source, by its id. A token is sent to the address that its source was configured with
 * and nowhere else: no redirect is followed.
 */
export function askingTrackers(tokens: ReadonlyMap<string, string>): AskTracker {
  return async (source, request, answer) => {
    const write = request.write !== undefined;
    const call = { action: `${write ? 'Writing to' : 'Asking'} ${source.id} (${source.tracker})`, write };
    const { action } = call;
    const token = tokens.get(source.id);
    if (token === undefined) throw new AppError('denied', `${action}: ALERT_API_TOKENS has no token for it`);
    const response = await send(`${source.url}/api/0${request.path}`, { request, token, call });
    const whole = await readWhole(response.body, ANSWER_BYTES_MAX).catch((cause: unknown) => {
      throw new AppError(write ? 'ambiguous' : 'unavailable', `${action}: the answer broke off`, { cause });
    });
    if (!response.ok) throw refusalOf(response, call, request);
    // A write with such an answer was done all the same.
    const unreadable = write ? 'ambiguous' : 'invalid';
    if (whole === undefined) throw new AppError(unreadable, `${action}: the answer is larger than 5 MiB`);
    const parsed = answer.safeParse(jsonOf(whole));
    if (parsed.success) return { data: parsed.data, next: nextPage(response.headers) };
    throw new AppError(unreadable, `${action}: the answer is not what its API describes`, { cause: parsed.error });
  };
}

async function send(
  url: string,
  { request, token, call }: { request: TrackerRequest; token: string; call: HostCall },
): Promise<Response> {
  const { write } = request;
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const written = write && {
    method: write.method,
    body: JSON.stringify(write.body),
    headers: { ...headers, 'content-type': 'application/json' },
  };
  try {
    return await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS), ...written });
  } catch (cause) {
    const message = `${call.action}: no answer within ${TIMEOUT_MS / SECOND_MS} s`;
    throw new AppError(codeOfSilence(cause, call), message, { cause });
  }
}

function refusalOf({ status, headers }: Response, { action, write }: HostCall, { needs }: TrackerRequest): AppError {
  const message = `${action}: it answered ${status}`;
  const context = { status };
  const ofToken = 'the token of ALERT_API_TOKENS';
  if (status === 401) return new AppError('denied', `${message}; it does not take ${ofToken}`, { context });
  if (status === 403) return new AppError('denied', `${message}; ${ofToken} needs ${needs}`, { context });
  if (status === 404) return new AppError('missing', message, { context });
  if (status === 429) {
    const retryAfterMs = waitMs(headers.get('retry-after') ?? undefined, () => undefined);
    return new AppError('limited', message, { context, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  }
  const isLost = status >= 500 || status === 408;
  const lost = write ? 'ambiguous' : 'unavailable';
  return new AppError(isLost ? lost : 'invalid', message, { context });
}

/** Both trackers link the next page always and say in `results` whether there is anything: https://docs.sentry.io/api/pagination/ */
const NEXT = /<[^>]*>;\s*rel="next";\s*results="true";\s*cursor="([^"]{1,500})"/;

/** The cursor alone: the address beside it is not where a token shall go. */
function nextPage(headers: Headers): string | undefined {
  return NEXT.exec(headers.get('link') ?? '')?.[1];
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
