import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveGitRequest, serveOperation, serveVisit, settle, type Front, type Visit } from '../git-host/front.ts';
import type { FaultBox } from '../git-host/faults.ts';
import { answerApi, answerUnknown, failureAnswer } from './api.ts';
import { identify, type Caller } from './caller.ts';
import type { Contract } from './contract.ts';
import { GitHubFailure } from './failure.ts';
import { isFilePath, serveFile } from './files.ts';
import { forward, pathByName } from './former-names.ts';
import { parseGitPath, serveGit } from './git-side.ts';
import { answerGraphql, GRAPHQL_PATH } from './graphql.ts';
import { serveManifestPage } from './manifest-page.ts';
import { responseHeaders } from './response-headers.ts';
import type { Answer } from './route.ts';
import type { Router } from './router.ts';
import type { World } from './world.ts';

// The prefix GitHub Enterprise Server uses, so that GHE settings of clients fit.
const API_PREFIX = '/api/v3';

/** What answers requests: the world and the machinery around it. */
export interface FrontParts {
  readonly world: World;
  readonly contract: Contract;
  readonly router: Router;
  readonly faults: FaultBox;
}

/** Serves one request to the end. */
export async function serveRequest(
  parts: FrontParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world, faults } = parts;
  const { pathname } = new URL(request.url ?? '/', world.webUrl);
  const path = pathname.startsWith(`${API_PREFIX}/`) ? pathname.slice(API_PREFIX.length) : pathname;
  const front: Front = {
    world,
    faults,
    headersOf: (answer) => responseHeaders(world, answer),
    faultAnswer: ({ message = 'Server Error' }, status) => failureAnswer(new GitHubFailure(status, message)),
  };
  await serveVisit(front, { request, response, path }, async (visit) => {
    if (path !== pathname) await serveApi(parts, visit);
    else if (path === GRAPHQL_PATH) await serveGraphql(world, visit);
    else if (isFilePath(path)) settle(visit, serveFile(world, request, response));
    else if (parseGitPath(path)) {
      await serveGitRequest(visit, (git) => serveGit(world, git, attemptIdentify(world, visit)));
    } else settle(visit, await serveManifestPage(world, request, response));
  });
}

function serveApi({ world, contract, router }: FrontParts, visit: Visit): Promise<void> {
  const { method, path, query, request } = visit;
  const match = router.find(method, pathByName(world, path));
  const operation = match && contract.operation(method, match.route.template);
  const full = request.headers.accept === 'application/vnd.github.full+json';
  return serveOperation(visit, operation?.id, async (text) => {
    const forwarded = forwardKnown(world, visit);
    if (forwarded) return forwarded;
    if (!match || !operation) return answerUnknown(world, contract, { method, path });
    return answerApi(world, { method, path, query, text, full, match, operation }, () => callerOf(world, visit));
  });
}

function serveGraphql(world: World, visit: Visit): Promise<void> {
  return serveOperation(visit, 'graphql', (text) => answerGraphql(world, text, () => callerOf(world, visit)));
}

// A caller without usable credentials is told so by the ordinary way.
function forwardKnown(world: World, visit: Visit): Answer | undefined {
  const { method, path, request } = visit;
  if (world.formerNames.size === 0) return undefined;
  const search = new URL(request.url ?? '/', world.webUrl).search;
  return forward(world, { method, path, search }, attemptIdentify(world, visit));
}

// To Git, a bad token and none look the same: 401 with a challenge.
function attemptIdentify(world: World, visit: Visit): Caller {
  try {
    return callerOf(world, visit);
  } catch (error) {
    if (error instanceof GitHubFailure) return { kind: 'anonymous' };
    throw error;
  }
}

function callerOf(world: World, { request, entry }: Visit): Caller {
  const caller = identify(world, request.headers.authorization);
  entry.tokenId = caller.kind === 'installation' ? caller.token.id : undefined;
  return caller;
}
