import { randomBytes } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { decideReply, type Decision } from './reply.ts';
import type { Scenario } from './scenario.ts';
import { instant } from './scenarios.ts';
import { pause, writeReply } from './write-reply.ts';

/** A request as it came in, and what was answered so far. */
export interface RecordedRequest {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON, or the text when it is none. */
  readonly body: unknown;
  /** HTTP status, 0 until it is decided. */
  status: number;
  /** Everything sent back so far, byte for byte. */
  answer: string;
}

/** A stand-in for the Responses API of a model, which follows a script and takes note of whatever is not in it. */
export interface ScriptedModel extends AsyncDisposable {
  /** For example `http://127.0.0.1:40123/v1`; the API answers at `<baseUrl>/responses`. */
  readonly baseUrl: string;
  /** The only key that is let in, as `Authorization: Bearer <apiKey>`; any other is answered 401. */
  readonly apiKey: string;
  readonly requests: readonly RecordedRequest[];
  /** What was not expected, in words. A test ends with `expect(model.unexpected).toEqual([])`. */
  readonly unexpected: readonly string[];
  /** Changes the script from the next request on; of several scenarios the first whose `when` fits the prompt is used. */
  use(scenario: Scenario | readonly Scenario[]): void;
  /** Waits this long before every answer, besides the `delayMs` of the step. */
  setLatency(milliseconds: number): void;
}

interface State {
  /** Keeps the ids of this model apart from those of another one that served the same thread. */
  readonly id: string;
  readonly apiKey: string;
  readonly requests: RecordedRequest[];
  readonly unexpected: string[];
  readonly faultsGiven: Map<string, number>;
  scenarios: readonly Scenario[];
  latencyMs: number;
}

/** Far above what Codex sends for a full context window. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** A fresh random model key that is valid nowhere, recognisable (`sk-testonly-` and 48 hex digits) and so fit as a canary. */
export function testOnlyKey(): string {
  return `sk-testonly-${randomBytes(24).toString('hex')}`;
}

/** Starts the model on a free port of 127.0.0.1. Without a scenario it plays `instant`; without a key it makes one. */
export async function startScriptedModel(
  options: { scenario?: Scenario | readonly Scenario[]; apiKey?: string } = {},
): Promise<ScriptedModel> {
  const state: State = {
    id: randomBytes(4).toString('hex'),
    apiKey: options.apiKey ?? testOnlyKey(),
    requests: [],
    unexpected: [],
    faultsGiven: new Map(),
    scenarios: [options.scenario ?? instant].flat(),
    latencyMs: 0,
  };
  const server = createServer((request, response) => {
    serve(state, request, response).catch((error: unknown) => {
      state.unexpected.push(`answering failed: ${String(error)}`);
      response.destroy();
    });
  });
  const port = await listen(server);
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    apiKey: state.apiKey,
    requests: state.requests,
    unexpected: state.unexpected,
    use: (scenario) => {
      state.scenarios = [scenario].flat();
    },
    setLatency: (milliseconds) => {
      state.latencyMs = milliseconds;
    },
    [Symbol.asyncDispose]: () => close(server),
  };
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) return;
  const { method = '', url: path = '', headers } = request;
  const record: RecordedRequest = { at: Date.now(), method, path, headers, body, status: 0, answer: '' };
  const number = state.requests.push(record);
  const decision = decide(state, record, `resp_${state.id}_${number}`);
  if (decision.kind === 'unexpected') state.unexpected.push(decision.reason);
  const { reply, delayMs } = decision.kind === 'reply' ? decision : refusal(400, decision.reason);
  record.status = reply.kind === 'json' ? reply.status : 200;
  if (!(await pause(response, state.latencyMs + delayMs))) return;
  await writeReply(response, reply, (text) => {
    record.answer += text;
  });
}

function decide(state: State, record: RecordedRequest, responseId: string): Decision {
  if (record.method !== 'POST' || record.path !== '/v1/responses') {
    return { kind: 'unexpected', reason: `unknown request ${record.method} ${record.path}` };
  }
  if (record.headers.authorization !== `Bearer ${state.apiKey}`) return refusal(401, 'Incorrect API key provided');
  return decideReply(record.body, { ...state, responseId });
}

function refusal(status: number, reason: string): Extract<Decision, { kind: 'reply' }> {
  const code = status === 401 ? 'invalid_api_key' : 'unexpected_request';
  const body = { error: { message: `scripted model: ${reason}`, type: 'invalid_request_error', code } };
  return { kind: 'reply', reply: { kind: 'json', status, headers: {}, body }, delayMs: 0 };
}

/** JSON, else text; nothing when the client left before it had sent everything. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > BODY_BYTES_MAX) return `a body of more than ${BODY_BYTES_MAX} bytes`;
      chunks.push(bytes);
    }
  } catch {
    return undefined;
  }
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the scripted model got no TCP port'));
      else resolve(address.port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
