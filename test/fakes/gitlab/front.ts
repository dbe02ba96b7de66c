import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultBox, FaultScript } from '../github/faults.ts';
import type { RequestEntry } from '../github/journal.ts';
import { answerApi, answerUnknown, failureAnswer, operationIdOf } from './api.ts';
import { identify, identifyGit } from './caller.ts';
import { refused } from './failure.ts';
import { serveGit } from './git-side.ts';
import { answerGraphql, GRAPHQL_PATH } from './graphql.ts';
import { parseGitPath } from './git-visit.ts';
import type { TokenRecord } from './records.ts';
import { responseHeaders } from './response-headers.ts';
import type { Answer } from './route.ts';
import type { Router } from './router.ts';
import type { World } from './world.ts';

const API_PREFIX = '/api/v4';
const BODY_BYTES_MAX = 25 * 1024 * 1024;

/** What answers requests: the world and the machinery around it. */
export interface FrontParts {
  readonly world: World;
  readonly router: Router;
  readonly faults: FaultBox;
}

type Entry = { -readonly [Key in keyof RequestEntry]: RequestEntry[Key] };

interface Visit extends FrontParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly entry: Entry;
}

/** Serves one request to the end. It is on record from its arrival, with its status from just before its answer. */
export async function serveRequest(
  parts: FrontParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world } = parts;
  const url = new URL(request.url ?? '/', world.webUrl);
  const root = new URL(world.webUrl).pathname.replace(/\/$/, '');
  const inside = url.pathname.startsWith(`${root}/`);
  const below = inside ? url.pathname.slice(root.length) : url.pathname;
  const isApi = inside && below.startsWith(`${API_PREFIX}/`);
  const visit: Visit = {
    ...parts,
    request,
    response,
    method: request.method ?? 'GET',
    path: isApi ? below.slice(API_PREFIX.length) : below,
    query: url.searchParams,
    entry: newEntry(world, request.method ?? 'GET', isApi ? below.slice(API_PREFIX.length) : below),
  };
  visit.entry.query = url.search.slice(1);
  world.requests.push(visit.entry);
  try {
    if (isApi) await serveApi(visit);
    else if (inside && below === GRAPHQL_PATH) await serveGraphql(visit);
    else if (inside && parseGitPath(below)) await serveGitVisit(visit);
    else send(visit, answerUnknown(world, { method: visit.method, path: url.pathname }));
  } catch (error) {
    // A client that hung up, as a killed worker does, breaks no contract.
    const hungUp = response.destroyed || request.socket.destroyed;
    const operationId = `${visit.method} ${visit.path}`;
    if (!hungUp) world.violations.push({ direction: 'response', operationId, errors: [String(error)] });
    response.destroy();
  }
}

function newEntry(world: World, method: string, path: string): Entry {
  const seq = world.requests.length + 1;
  const unknown = { operationId: undefined, tokenId: undefined };
  return { seq, at: world.now(), method, path, query: '', ...unknown, status: 0, faulted: false, durationMs: 0 };
}

async function serveApi(visit: Visit): Promise<void> {
  const { world, router, method, path, query, entry, request } = visit;
  const text = await readText(request);
  const match = router.find(method, path);
  const operationId = match && operationIdOf(match);
  entry.operationId = operationId;
  const fault = visit.faults.strike({ method, path, operationId });
  if (fault && (await disturb(visit, fault, 'before'))) return;
  const contentType = request.headers['content-type'];
  const answer = match
    ? await answerApi(world, { method, path, query, text, contentType, match }, () => callerOf(visit))
    : answerUnknown(world, { method, path });
  if (fault && (await disturb(visit, fault, 'after'))) return;
  send(visit, answer);
}

async function serveGraphql(visit: Visit): Promise<void> {
  const { world, method, path, request, entry } = visit;
  const text = await readText(request);
  entry.operationId = 'graphql';
  const fault = visit.faults.strike({ method, path, operationId: 'graphql' });
  if (fault && (await disturb(visit, fault, 'before'))) return;
  send(
    visit,
    answerGraphql(world, text, () => callerOf(visit)),
  );
}

async function serveGitVisit(visit: Visit): Promise<void> {
  const { world, method, path, query, request, response, entry } = visit;
  const fault = visit.faults.strike({ method, path, operationId: undefined });
  // Only a push commits anything, so only there can an answer be lost after the fact.
  const commits = method === 'POST' && path.endsWith('/git-receive-pack');
  const isAfter = commits && fault?.when === 'after';
  if (fault && !isAfter && (await disturb(visit, { ...fault, when: 'before' }, 'before'))) {
    request.resume();
    return;
  }
  const token = identifyGit(world, request.headers.authorization);
  entry.tokenId = token?.id;
  await serveGit({
    world,
    token,
    anonymous: request.headers.authorization === undefined,
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
  const failure = failureAnswer(refused(fault.status, fault.message ?? '500 Internal Server Error'));
  send(visit, { ...failure, headers: { ...fault.headers } });
  return true;
}

function callerOf({ world, request, entry }: Visit): TokenRecord {
  const privateToken = [request.headers['private-token']].flat()[0];
  const token = identify(world, { privateToken, authorization: request.headers.authorization });
  entry.tokenId = token.id;
  return token;
}

function send(visit: Visit, answer: Answer): void {
  const text = answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body));
  settle(visit, answer);
  visit.response.writeHead(answer.status, responseHeaders(visit.world, answer)).end(text);
}

function settle({ world, entry }: Visit, { status }: { readonly status: number }): void {
  entry.status = status;
  entry.durationMs = world.now() - entry.at;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.byteLength;
    if (size > BODY_BYTES_MAX) throw new Error(`a request body of more than ${BODY_BYTES_MAX} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
