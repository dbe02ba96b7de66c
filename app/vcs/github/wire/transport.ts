/** Longest time one request to GitHub may take, its answer's body included. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Largest answer we read: a page of 100 comments of 65,536 characters each, at four bytes a character, fits. */
const ANSWER_BYTES_MAX = 32 * 1_024 * 1_024;

const STATUSES_WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** Put on an answer that came from another address than was asked, as GitHub sends one on from a former name. */
const REDIRECTED_HEADER = 'x-astraforge-redirected';

/** Whether the answer with these headers came from another address than was asked. */
export function wasRedirected(headers: Readonly<Record<string, unknown>>): boolean {
  return headers[REDIRECTED_HEADER] === 'true';
}

/** What a request is held to. */
export interface TransportLimits {
  readonly timeoutMs?: number;
  readonly answerBytesMax?: number;
}

/**
 * A `fetch` for Octokit that is bounded in time and size and sends each request exactly once. The body is read here,
 * because Octokit takes a body that breaks off for an empty one and would report success.
 * Redirects are followed: GitHub sends 301 for reading and 307, which keeps method and body, for the rest.
 * Rejects with what `fetch` rejects with, a `TimeoutError`, or a `RangeError` for an answer that is too large.
 */
export function createTransport(limits: TransportLimits = {}): typeof fetch {
  const { timeoutMs = REQUEST_TIMEOUT_MS, answerBytesMax = ANSWER_BYTES_MAX } = limits;
  return async (input, init) => {
    const response = await fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    const { status, statusText, redirected } = response;
    const headers = new Headers(response.headers);
    headers.set(REDIRECTED_HEADER, String(redirected));
    const body = await readAll(response, answerBytesMax);
    return new Response(STATUSES_WITHOUT_BODY.has(status) ? null : body, { status, statusText, headers });
  };
}

async function readAll(response: Response, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new RangeError(`answer is larger than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
