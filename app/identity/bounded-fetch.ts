import { AppError } from '#core/domain/errors.ts';
import { readWhole } from '#core/domain/text/bounded-bytes.ts';

/** Many times the metadata, the keys or the claims of any issuer. */
const ANSWER_BYTES_MAX = 1_000_000;
/** Answers that have no body (Fetch standard, "null body status"). */
const BODILESS: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/** A call as openid-client and jose make it. */
interface Asked {
  readonly method: string;
  readonly headers: NonNullable<RequestInit['headers']>;
  readonly redirect: 'manual';
  readonly signal?: AbortSignal | undefined;
  readonly body?: RequestInit['body'] | undefined;
}

/**
 * Fetches, and reads no more of an answer than any honest issuer sends; the bound in time is the caller's signal.
 * @throws AppError `unavailable` for more.
 */
export async function boundedFetch(url: string, { signal, body, ...asked }: Asked): Promise<Response> {
  const response = await fetch(url, { ...asked, signal: signal ?? null, body: body ?? null });
  const { status, statusText, headers } = response;
  const whole = await readWhole(response.body, ANSWER_BYTES_MAX);
  if (whole === undefined) {
    const context = { bytesMax: ANSWER_BYTES_MAX };
    throw new AppError('unavailable', 'Asking the identity provider: it answered with too much', { context });
  }
  return new Response(BODILESS.has(status) ? null : Buffer.from(whole), { status, statusText, headers });
}
