import type { IncomingMessage, ServerResponse } from 'node:http';
import { relative } from 'node:path';
import { hasPermission, type Caller } from './caller.ts';
import type { BackendRequest } from '../git-host/git-http.ts';
import type { GitTransfer } from '../git-host/journal.ts';
import { WORKFLOWS_ALLOWED_VARIABLE } from './git-push-guard.ts';
import type { RepositoryRecord, TokenRecord } from './records.ts';
import type { World } from './world.ts';

/** A Git request, taken apart. `path` is `/owner/name.git/...`. */
export interface GitRequest {
  readonly world: World;
  readonly caller: Caller;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Called when a push has taken effect; true when a fault has dealt with the answer. */
  readonly disturbAfter: () => Promise<boolean>;
  /** Called with the status just before the answer ends, so that whoever waits for the answer finds it recorded. */
  readonly record: (status: number) => void;
}

/** A Git request that may go through. */
export interface GitVisit extends GitRequest {
  readonly repository: RepositoryRecord;
  readonly token: TokenRecord;
  readonly service: GitTransfer['service'];
  readonly step: GitTransfer['step'];
}

/** `/owner/name.git/rest`; undefined when the path is no Git path. */
export function parseGitPath(path: string): { readonly fullName: string; readonly rest: string } | undefined {
  const match = /^\/([^/]+)\/([^/]+)\.git(\/.*)$/.exec(path);
  return match ? { fullName: `${match[1] ?? ''}/${match[2] ?? ''}`, rest: match[3] ?? '' } : undefined;
}

/** The CGI request behind a visit. A client that goes away takes a fetch with it; a push that arrived whole is finished. */
export function backendRequest(visit: GitVisit): BackendRequest {
  const { world, incoming, response, path, query, token, service, repository } = visit;
  const abandoned = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded && (service === 'git-upload-pack' || !incoming.complete)) abandoned.abort();
  });
  return {
    projectRoot: world.directory,
    // GitHub does not mind the case of names, and renames; the file system does.
    path: `/${relative(world.directory, repository.directory)}${parseGitPath(path)?.rest ?? ''}`,
    query: query.toString(),
    user: 'x-access-token',
    variables: { [WORKFLOWS_ALLOWED_VARIABLE]: hasPermission(token, 'workflows:write') ? '1' : '0' },
    incoming,
    abandoned: abandoned.signal,
  };
}

/** Notes how much a request moved. */
export function countTransfer(
  visit: GitVisit,
  counted: Pick<GitTransfer, 'status' | 'bytesServed' | 'bytesReceived'>,
): void {
  const { world, repository, service, step, token } = visit;
  world.gitTraffic.push({
    at: world.now(),
    repository: repository.fullName,
    service,
    step,
    tokenId: token.id,
    ...counted,
  });
}
