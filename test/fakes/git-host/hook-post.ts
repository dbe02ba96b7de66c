// Both Git hosts give a receiver 10 s: https://docs.gitlab.com/user/gitlab_com/#webhooks and
// https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks
const DELIVERY_TIMEOUT_MS = 10_000;
// What GitLab keeps of an answer; GitHub does not say.
const RESPONSE_CHARS_MAX = 8_192;

/** What came back; `status` is null when nobody answered, and `text` then says why. */
export interface HookAnswer {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Whether nobody answered in time. */
  readonly timedOut?: boolean;
}

/** One body on its way; `timeoutMs` is how long the receiver is given, by default what Git hosts give. */
export interface HookRequest {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Posts one body. Never rejects. */
export async function postHook(request: HookRequest, closing: AbortSignal): Promise<HookAnswer> {
  const timeout = AbortSignal.timeout(request.timeoutMs ?? DELIVERY_TIMEOUT_MS);
  try {
    const response = await fetch(request.url, {
      method: 'POST',
      // A kept connection may be closed by the receiver in the very moment it is used again.
      headers: { ...request.headers, connection: 'close' },
      body: request.body,
      redirect: 'manual',
      signal: AbortSignal.any([closing, timeout]),
    });
    const headers = Object.fromEntries([...response.headers].map(([name, value]) => [capitalised(name), value]));
    return { status: response.status, headers, text: (await response.text()).slice(0, RESPONSE_CHARS_MAX) };
  } catch (error) {
    return { status: null, headers: {}, text: `no answer: ${String(error)}`, timedOut: timeout.aborted };
  }
}

function capitalised(name: string): string {
  return name.replaceAll(/(^|-)\w/g, (letter) => letter.toUpperCase());
}
