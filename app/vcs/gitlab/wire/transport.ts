/** Longest time one request to GitLab may take, its answer's body included. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Largest answer we read: a page of 100 notes is seldom larger than this, and a note may have a million characters. */
const ANSWER_BYTES_MAX = 32 * 1_024 * 1_024;

/** What a request is held to. */
export interface TransportLimits {
  readonly timeoutMs?: number;
  readonly answerBytesMax?: number;
}

/** One request, ready to be sent. */
export interface GitLabRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** A success. `body` is what JSON said, null when there was nothing, text when it was no JSON. */
export interface GitLabAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/** Anything but a success; header names are in lower case. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(answer: { status: number; headers: Record<string, string> }) {
    super(`answered with ${answer.status}`);
    this.status = answer.status;
    this.headers = answer.headers;
  }
}

/**
 * Sends a request exactly once, bounded in time and size. A redirect is not followed: it would repeat a write as a
 * read, and no address of ours moves while GITLAB_URL is right, since projects are addressed by number.
 * Rejects with {@link RefusedRequest}, what `fetch` rejects with, a `TimeoutError`, or a `RangeError` for an answer
 * that is too large.
 */
export function createTransport(limits: TransportLimits = {}): (request: GitLabRequest) => Promise<GitLabAnswer> {
  const { timeoutMs = REQUEST_TIMEOUT_MS, answerBytesMax = ANSWER_BYTES_MAX } = limits;
  return async ({ url, method, headers, body }) => {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body }),
    });
    const text = await readAll(response, answerBytesMax);
    const answer = { status: response.status, headers: Object.fromEntries(response.headers) };
    if (!response.ok) throw new RefusedRequest(answer);
    return { ...answer, body: text === '' ? null : contentOf(text) };
  };
}

async function readAll(response: Response, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new RangeError(`answer is larger than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function contentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
