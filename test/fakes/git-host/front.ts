import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import type { FaultBox, FaultScript } from './faults.ts';
import type { GitRequest } from './git-visit.ts';
import type { RequestEntry, Violation } from './journal.ts';

const BODY_BYTES_MAX = 25 * 1024 * 1024;

/** What a host brings to its front. */
export interface Front {
  readonly world: {
    readonly webUrl: string;
    readonly now: () => number;
    readonly requests: RequestEntry[];
    readonly violations: Violation[];
  };
  readonly faults: FaultBox;
  /** All headers of an answer. */
  headersOf(answer: Answer): Record<string, string>;
  /** The answer of a fault with a status, in the host's shape. */
  faultAnswer(fault: FaultScript, status: number): Answer;
}

/** One request on its way. `path` is without the API prefix. */
export interface Visit {
  readonly front: Front;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly entry: { -readonly [Key in keyof RequestEntry]: RequestEntry[Key] };
}

/** Serves one request to the end. It is on record from its arrival, with its status from just before its answer. */
export async function serveVisit(
  front: Front,
  { request, response, path }: Pick<Visit, 'request' | 'response' | 'path'>,
  serve: (visit: Visit) => Promise<void>,
): Promise<void> {
  const { world } = front;
  const url = new URL(request.url ?? '/', world.webUrl);
  const method = request.method ?? 'GET';
  const entry = {
    seq: world.requests.length + 1,
    at: world.now(),
    method,
    path,
    query: url.search.slice(1),
    operationId: undefined,
    tokenId: undefined,
    status: 0,
    faulted: false,
    durationMs: 0,
  };
  world.requests.push(entry);
  try {
    await serve({ front, request, response, method, path, query: url.searchParams, entry });
  } catch (error) {
    // A client that hung up, as a killed worker does, breaks no contract.
    const hungUp = response.destroyed || request.socket.destroyed;
    const errors = [String(error)];
    if (!hungUp) world.violations.push({ direction: 'response', operationId: `${method} ${path}`, errors });
    response.destroy();
  }
}

/** Answers an operation from the text of its body, or from its bytes, as far as no fault stands in the way. */
export async function serveOperation(
  visit: Visit,
  operationId: string | undefined,
  answer: (text: string, bytes: Buffer) => Promise<Answer>,
): Promise<void> {
  const { front, method, path, entry } = visit;
  const bytes = await readBytes(visit.request);
  entry.operationId = operationId;
  const fault = front.faults.strike({ method, path, operationId });
  if (fault && (await disturb(visit, fault, 'before'))) return;
  const given = await answer(bytes.toString('utf8'), bytes);
  if (fault && (await disturb(visit, fault, 'after'))) return;
  send(visit, given);
}

/** Hands a Git request on, as far as no fault stands in the way. */
export async function serveGitRequest(visit: Visit, serve: (request: GitRequest) => Promise<void>): Promise<void> {
  const { front, method, path, query, request, response } = visit;
  const fault = front.faults.strike({ method, path, operationId: undefined });
  // Only a push commits anything, so only there can an answer be lost after the fact.
  const commits = method === 'POST' && path.endsWith('/git-receive-pack');
  const isAfter = commits && fault?.when === 'after';
  if (fault && !isAfter && (await disturb(visit, { ...fault, when: 'before' }, 'before'))) {
    request.resume();
    return;
  }
  await serve({
    incoming: request,
    response,
    path,
    query,
    disturbAfter: async () => isAfter && (await disturb(visit, fault, 'after')),
    record: (status) => settle(visit, { status }),
  });
}

/** Delays and, when the script says so, answers or cuts. True when the request is dealt with. */
async function disturb(visit: Visit, fault: FaultScript, moment: 'before' | 'after'): Promise<boolean> {
  if ((fault.when ?? 'before') !== moment) return false;
  visit.entry.faulted = true;
  await sleep(fault.delayMs ?? 0, undefined, { ref: false });
  if (fault.drop) {
    visit.request.socket.destroy();
    return true;
  }
  if (fault.status === undefined) return false;
  send(visit, { ...visit.front.faultAnswer(fault, fault.status), headers: { ...fault.headers } });
  return true;
}

/** Sends a whole answer. */
export function send(visit: Visit, answer: Answer): void {
  const text = answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body));
  settle(visit, answer);
  visit.response.writeHead(answer.status, visit.front.headersOf(answer)).end(text);
}

/** Records how a request ended. */
export function settle({ front, entry }: Visit, { status }: { readonly status: number }): void {
  entry.status = status;
  entry.durationMs = front.world.now() - entry.at;
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.byteLength;
    if (size > BODY_BYTES_MAX) throw new Error(`a request body of more than ${BODY_BYTES_MAX} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
