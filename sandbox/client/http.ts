import { once } from 'node:events';
import { Agent, request as startRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { WireError } from '#core/contracts/guest-wire.ts';
import { AppError } from '#core/domain/errors.ts';

/** Bytes of an answer that is not a stream. */
const ANSWER_BYTES_MAX = 64 * 1024;
/** Milliseconds to the head of an answer, where an operation does not say how long it may take. */
const HEAD_TIMEOUT_MS = 30_000;

/** Requests to the sandbox process over its Unix socket. A silence after the head of an answer is not bounded: a guest may take its time. */
export interface SandboxHttp {
  /** Sends a small request and parses the answer; null for an empty one. */
  call(target: Target, body?: unknown): Promise<unknown>;
  /** Starts a request whose body the caller writes; resolves with the answer, of status 200, when its head is there. */
  open(target: Target): { request: ClientRequest; answer: Promise<IncomingMessage> };
}

/** One operation. */
export interface Target {
  readonly method: 'POST' | 'DELETE';
  readonly path: readonly string[];
  /** Bounds the wait for the head of the answer; absent: 30 s. */
  readonly timeoutMs?: number;
}

/** Throws AppError `unavailable` when nobody answers, else whatever error the sandbox process names. */
export function createSandboxHttp(socketPath: string): SandboxHttp {
  const agent = new Agent({ keepAlive: true });
  const open: SandboxHttp['open'] = ({ method, path, timeoutMs = HEAD_TIMEOUT_MS }) => {
    const encoded = `/${path.map(encodeURIComponent).join('/')}`;
    const request = startRequest({ socketPath, agent, method, path: encoded });
    return { request, answer: awaitAnswer(request, timeoutMs) };
  };
  return {
    open,
    call: async (target, body) => {
      const { request, answer } = open(target);
      request.end(body === undefined ? undefined : JSON.stringify(body));
      const text = await readText(await answer);
      return text === '' ? null : JSON.parse(text);
    },
  };
}

async function awaitAnswer(request: ClientRequest, timeoutMs: number): Promise<IncomingMessage> {
  const late = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  const answered = once(request, 'response').catch((cause: unknown) => {
    throw new AppError('unavailable', 'the sandbox process does not answer', { cause });
  });
  request.on('error', () => undefined);
  const [answer]: IncomingMessage[] = await answered.finally(() => clearTimeout(late));
  if (answer === undefined) throw new AppError('unavailable', 'the sandbox process does not answer');
  if (answer.statusCode !== undefined && answer.statusCode < 300) return answer;
  const parsed = WireError.safeParse(JSON.parse(await readText(answer)));
  if (!parsed.success) throw new AppError('internal', 'the sandbox process gave an unknown answer');
  throw new AppError(parsed.data.code, parsed.data.message);
}

async function readText(answer: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const chunk of answer.setEncoding('utf8')) {
      text += String(chunk);
      if (text.length > ANSWER_BYTES_MAX) throw new AppError('internal', 'the sandbox process said too much');
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('unavailable', 'the sandbox process went away during its answer', { cause });
  }
  return text;
}
