import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultBox } from '../git-host/faults.ts';
import { serveOperation, serveVisit, type Front, type Visit } from '../git-host/front.ts';
import type { Router } from '../git-host/routing.ts';
import { identify } from './access.ts';
import { answerApi, answerUnknown, operationIdOf, type ApiParts } from './api.ts';
import { answerIngest, INGEST, isIngest } from './ingest.ts';
import type { Route } from './route.ts';

const API_PREFIX = '/api/0';

/** What answers requests: the world and the machinery around it. */
export interface FrontParts extends ApiParts {
  readonly router: Router<Route>;
  readonly faults: FaultBox;
  /** Headers that every answer of the vendor's API has. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Serves one request to the end: of an SDK, or of the API. */
export async function serveRequest(
  parts: FrontParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world, faults, headers } = parts;
  const { pathname } = new URL(request.url ?? '/', world.webUrl);
  const isApi = pathname.startsWith(`${API_PREFIX}/`);
  const path = isApi ? pathname.slice(API_PREFIX.length) : pathname;
  const front: Front = {
    world,
    faults,
    headersOf: (answer) => ({
      ...(answer.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
      ...answer.headers,
    }),
    faultAnswer: ({ message = 'Internal Error' }, status) => ({ status, body: { detail: message } }),
  };
  await serveVisit(front, { request, response, path }, async (visit) => {
    if (visit.method === 'POST' && isIngest(pathname)) await serveIngest(parts, visit);
    else await serveApi(parts, visit, isApi);
  });
}

function serveIngest(parts: FrontParts, visit: Visit): Promise<void> {
  const { path, query, request } = visit;
  return serveOperation(visit, INGEST, (_text, bytes) =>
    answerIngest(parts, { path, query, headers: request.headers, bytes }),
  );
}

function serveApi(parts: FrontParts, visit: Visit, isApi: boolean): Promise<void> {
  const { method, path, query, request, entry } = visit;
  const match = isApi ? parts.router.find(method, path) : undefined;
  const url = `${parts.world.webUrl}${request.url ?? ''}`;
  return serveOperation(visit, match && operationIdOf(match), async (text) =>
    match
      ? answerApi(parts, { method, path, url, query, text, match }, () => {
          const token = identify(parts.world, request.headers.authorization, parts.refusals);
          entry.tokenId = token.id;
          return token;
        })
      : answerUnknown(parts, { method, path }),
  );
}
