import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerApi, answerUnknown, failureAnswer } from './api.ts';
import { identify, type Caller } from './caller.ts';
import type { Contract } from './contract.ts';
import { GitHubFailure } from './failure.ts';
import { forward, pathByName } from './former-names.ts';
import type { FaultBox, FaultScript } from '../git-host/faults.ts';
import { isFilePath, serveFile } from './files.ts';
import { serveGit } from './git-side.ts';
import { parseGitPath } from './git-visit.ts';
import type { RequestEntry } from '../git-host/journal.ts';
import { answerGraphql, GRAPHQL_PATH } from './graphql.ts';
import { serveManifestPage } from './manifest-page.ts';
import { responseHeaders } from './response-headers.ts';
import type { Answer } from './route.ts';
import type { Router } from './router.ts';
import type { World } from './world.ts';

// The prefix GitHub Enterprise Server uses, so that GHE settings of clients fit.
const API_PREFIX = '/api/v3';
const BODY_BYTES_MAX = 25 * 1024 * 1024;

/** What answers requests: the world and the machinery around it. */
export interface FrontParts {
  readonly world: World;
  readonly contract: Contract;
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
  const method = request.method ?? 'GET';
  const path = url.pathname.startsWith(`${API_PREFIX}/`) ? url.pathname.slice(API_PREFIX.length) : url.pathname;
  const entry: Entry = {
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
  const visit: Visit = { ...parts, request, response, method, path, query: url.searchParams, entry };
  try {
    if (path !== url.pathname) await serveApi(visit);
    else if (path === GRAPHQL_PATH) await serveGraphql(visit);
    else if (isFilePath(path)) settle(visit, serveFile(world, request, response));
    else if (parseGitPath(path)) await serveGitVisit(visit);
    else settle(visit, await serveManifestPage(world, request, response));
  } catch (error) {
    // A client that hung up, as a killed worker does, breaks no contract.
    const hungUp = response.destroyed || request.socket.destroyed;
    const errors = [String(error)];
    if (!hungUp) world.violations.push({ direction: 'response', operationId: `${method} ${path}`, errors });
    response.destroy();
  }
}

async function serveApi(visit: Visit): Promise<void> {
  const { world, contract, router, method, path, query, entry } = visit;
  const text = await readText(visit.request);
  const match = router.find(method, pathByName(world, path));
  const operation = match && contract.operation(method, match.route.template);
  entry.operationId = operation?.id;
  const fault = visit.faults.strike({ method, path, operationId: operation?.id });
  if (fault && (await disturb(visit, fault, 'before'))) return;
  const answer =
    forwardKnown(visit) ??
    (match && operation
      ? await answerApi(world, { method, path, query, text, full: wantsFull(visit), match, operation }, () =>
          callerOf(visit),
        )
      : answerUnknown(world, contract, { method, path }));
  if (fault && (await disturb(visit, fault, 'after'))) return;
  send(visit, answer);
}

async function serveGraphql(visit: Visit): Promise<void> {
  const { world, method, path, entry } = visit;
  const text = await readText(visit.request);
  entry.operationId = 'graphql';
  const fault = visit.faults.strike({ method, path, operationId: entry.operationId });
  if (fault && (await disturb(visit, fault, 'before'))) return;
  const answer = await answerGraphql(world, text, () => callerOf(visit));
  if (fault && (await disturb(visit, fault, 'after'))) return;
  send(visit, answer);
}

function wantsFull({ request }: Visit): boolean {
  return request.headers.accept === 'application/vnd.github.full+json';
}

// A caller without usable credentials is told so by the ordinary way.
function forwardKnown(visit: Visit): Answer | undefined {
  const { world, method, path, request } = visit;
  if (world.formerNames.size === 0) return undefined;
  const search = new URL(request.url ?? '/', world.webUrl).search;
  return forward(world, { method, path, search }, attemptIdentify(visit));
}

async function serveGitVisit(visit: Visit): Promise<void> {
  const { world, method, path, query, request, response } = visit;
  const fault = visit.faults.strike({ method, path, operationId: undefined });
  // Only a push commits anything, so only there can an answer be lost after the fact.
  const commits = method === 'POST' && path.endsWith('/git-receive-pack');
  const isAfter = commits && fault?.when === 'after';
  if (fault && !isAfter && (await disturb(visit, { ...fault, when: 'before' }, 'before'))) {
    request.resume();
    return;
  }
  await serveGit({
    world,
    caller: attemptIdentify(visit),
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
  const headers = { ...fault.headers };
  send(visit, failureAnswer(new GitHubFailure(fault.status, fault.message ?? 'Server Error', { headers })));
  return true;
}

// To Git, a bad token and none look the same: 401 with a challenge.
function attemptIdentify(visit: Visit): Caller {
  try {
    return callerOf(visit);
  } catch (error) {
    if (error instanceof GitHubFailure) return { kind: 'anonymous' };
    throw error;
  }
}

function callerOf({ world, request, entry }: Visit): Caller {
  const caller = identify(world, request.headers.authorization);
  entry.tokenId = caller.kind === 'installation' ? caller.token.id : undefined;
  return caller;
}

function send(visit: Visit, answer: Answer): void {
  const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
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
