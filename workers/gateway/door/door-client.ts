import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { DoorOpened, NumberedDoorEvent, type DoorOrder } from '#core/contracts/gateway-wire.ts';
import { WireError } from '#core/contracts/guest-wire.ts';
import { AppError } from '#core/domain/errors.ts';
import { linesOf } from './bounded-lines.ts';

/** The gateway service as a worker calls it. Every method throws AppError: `unavailable` when nobody answers, `denied` for a wrong secret. */
export interface DoorClient {
  open(order: DoorOrder): Promise<DoorOpened>;
  /** Hears of what happened after a number until the service ends the answer; `missing` when the door is no more. */
  follow(at: DoorPosition, hear: (event: NumberedDoorEvent) => void): Promise<void>;
  /** Closes a door and hears of what was left. */
  close(at: DoorPosition, hear: (event: NumberedDoorEvent) => void): Promise<void>;
  /** Lets idle connections go. */
  dispose(): void;
}

/** A door, and the number up to which everything was heard. */
export interface DoorPosition {
  readonly id: string;
  readonly after: number;
  readonly signal?: AbortSignal;
}

/** How the service is reached. */
export interface DoorClientOptions {
  readonly url: URL;
  readonly secret: string;
  /** Wait for the head of an answer. */
  readonly timeoutMs: number;
}

/** An answer with events stays open for seconds without a byte; this much silence means that nobody is there. */
const SILENCE_MS_MAX = 30_000;
/** Shorter than the service keeps an idle connection, so that a reused one is rarely a dead one. */
const IDLE_CONNECTION_MS = 20_000;
const ANSWER_BYTES_MAX = 64 * 1024;
/** Longer than everything the service keeps for one door. */
const LINE_CHARACTERS_MAX = 20 * 1024 * 1024;

const NO_GATEWAY = 'What LLM_PROXY_URL leads to is no model gateway of this version';

/** Opens a client; nothing is sent before the first call. */
export function createDoorClient(options: DoorClientOptions): DoorClient {
  const secure = options.url.protocol === 'https:';
  const keepAlive = { keepAlive: true, timeout: IDLE_CONNECTION_MS };
  const agent = secure ? new HttpsAgent(keepAlive) : new HttpAgent(keepAlive);
  const post = (path: string, body: string, signal?: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const call = (secure ? httpsRequest : httpRequest)({
        method: 'POST',
        hostname: options.url.hostname.replace(/^\[|\]$/g, ''),
        port: options.url.port,
        path,
        agent,
        timeout: options.timeoutMs,
        headers: { authorization: `Bearer ${options.secret}`, 'content-length': Buffer.byteLength(body) },
        ...(signal === undefined ? {} : { signal }),
      });
      call.on('timeout', () => call.destroy(Object.assign(new Error('silence'), { code: 'ETIMEDOUT' })));
      call.on('error', (error) => reject(unreachable(error)));
      call.once('response', (answer) => {
        call.setTimeout(SILENCE_MS_MAX);
        resolve(answer);
      });
      call.end(body);
    });
  const hearAll = async (
    verb: 'events' | 'close',
    { id, after, signal }: DoorPosition,
    hear: (event: NumberedDoorEvent) => void,
  ): Promise<void> => {
    const answer = await post(`/doors/${id}/${verb}?after=${after}`, '', signal);
    await assertGranted(answer);
    try {
      for await (const line of linesOf(answer, LINE_CHARACTERS_MAX)) hear(NumberedDoorEvent.parse(JSON.parse(line)));
    } catch (error) {
      throw unreachable(error);
    }
  };
  return {
    async open(order) {
      const answer = await post('/doors', JSON.stringify(order));
      await assertGranted(answer);
      const opened = DoorOpened.safeParse(parseJson(await textOf(answer)));
      if (!opened.success) throw new AppError('unavailable', NO_GATEWAY);
      return opened.data;
    },
    follow: (at, hear) => hearAll('events', at, hear),
    close: (at, hear) => hearAll('close', at, hear),
    dispose: () => agent.destroy(),
  };
}

async function assertGranted(answer: IncomingMessage): Promise<void> {
  if (answer.statusCode === 200) return;
  const text = await textOf(answer);
  if (answer.statusCode === 401) {
    throw new AppError('denied', 'The model gateway refused LLM_PROXY_SECRET; give it and the workers the same one');
  }
  if (answer.statusCode === 403) {
    throw new AppError('denied', 'LLM_PROXY_URL leads to the port for workspaces; it must name GATEWAY_ADMIN_PORT');
  }
  const error = WireError.safeParse(parseJson(text)).data;
  if (error === undefined) throw new AppError('unavailable', NO_GATEWAY);
  throw new AppError(error.code, error.message);
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const chunk of answer.setEncoding('utf8')) {
      text += String(chunk);
      if (text.length > ANSWER_BYTES_MAX) break;
    }
  } catch (error) {
    throw unreachable(error);
  }
  return text;
}

function unreachable(cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
  return new AppError(
    'unavailable',
    `The model gateway does not answer (${code}); check that the gateway service runs and that LLM_PROXY_URL leads to it`,
    { cause },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
