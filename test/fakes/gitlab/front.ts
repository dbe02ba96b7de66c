import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultBox } from '../git-host/faults.ts';
import { send, serveGitRequest, serveOperation, serveVisit, type Front, type Visit } from '../git-host/front.ts';
import { answerApi, answerUnknown, failureAnswer, operationIdOf } from './api.ts';
import { identify, identifyGit } from './caller.ts';
import { refused } from './failure.ts';
import { parseGitPath, serveGit } from './git-side.ts';
import { answerGraphql, GRAPHQL_PATH } from './graphql.ts';
import type { TokenRecord } from './records.ts';
import { responseHeaders } from './response-headers.ts';
import type { Router } from './router.ts';
import type { World } from './world.ts';

const API_PREFIX = '/api/v4';

/** What answers requests: the world and the machinery around it. */
export interface FrontParts {
  readonly world: World;
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
  const root = new URL(world.webUrl).pathname.replace(/\/$/, '');
  const inside = pathname.startsWith(`${root}/`);
  const below = inside ? pathname.slice(root.length) : pathname;
  const isApi = inside && below.startsWith(`${API_PREFIX}/`);
  const path = isApi ? below.slice(API_PREFIX.length) : below;
  const front: Front = {
    world,
    faults,
    headersOf: (answer) => responseHeaders(world, answer),
    faultAnswer: ({ message = '500 Internal Server Error' }, status) => failureAnswer(refused(status, message)),
  };
  await serveVisit(front, { request, response, path }, async (visit) => {
    if (isApi) await serveApi(parts, visit);
    else if (inside && below === GRAPHQL_PATH) await serveGraphql(world, visit);
    else if (inside && parseGitPath(below)) await serveGitVisit(world, visit);
    else send(visit, answerUnknown(world, { method: visit.method, path: pathname }));
  });
}

function serveApi({ world, router }: FrontParts, visit: Visit): Promise<void> {
  const { method, path, query, request } = visit;
  const match = router.find(method, path);
  const contentType = request.headers['content-type'];
  return serveOperation(visit, match && operationIdOf(match), async (text) =>
    match
      ? answerApi(world, { method, path, query, text, contentType, match }, () => callerOf(world, visit))
      : answerUnknown(world, { method, path }),
  );
}

function serveGraphql(world: World, visit: Visit): Promise<void> {
  return serveOperation(visit, 'graphql', async (text) => answerGraphql(world, text, () => callerOf(world, visit)));
}

function serveGitVisit(world: World, visit: Visit): Promise<void> {
  return serveGitRequest(visit, async (git) => {
    const { authorization } = visit.request.headers;
    const token = identifyGit(world, authorization);
    visit.entry.tokenId = token?.id;
    await serveGit(world, git, { token, anonymous: authorization === undefined });
  });
}

function callerOf(world: World, { request, entry }: Visit): TokenRecord {
  const privateToken = [request.headers['private-token']].flat()[0];
  const token = identify(world, { privateToken, authorization: request.headers.authorization });
  entry.tokenId = token.id;
  return token;
}
