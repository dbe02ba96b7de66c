import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import type { BackendRequest } from '../git-host/git-http.ts';
import type { GitTransfer } from '../git-host/journal.ts';
import { effectiveMembership } from './membership.ts';
import type { ProjectRecord, TokenRecord } from './records.ts';
import type { World } from './world.ts';

const MAINTAINER = 40;

/** A Git request, taken apart. `path` is `/group/sub/name.git/...`. */
export interface GitRequest {
  readonly world: World;
  /** Undefined without usable credentials. */
  readonly token: TokenRecord | undefined;
  /** Whether no credentials were sent at all. */
  readonly anonymous: boolean;
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
  readonly project: ProjectRecord;
  readonly service: GitTransfer['service'];
  readonly step: GitTransfer['step'];
}

/** `/group/name.git/rest`; undefined when the path is no Git path. */
export function parseGitPath(gitPath: string): { readonly fullName: string; readonly rest: string } | undefined {
  const match = /^\/(.+?)\.git(\/.*)$/.exec(gitPath);
  return match ? { fullName: decodeURIComponent(match[1] ?? ''), rest: match[2] ?? '' } : undefined;
}

/** The CGI request behind a visit. Its user tells the push guard whether protected branches are open. */
export function backendRequest(visit: GitVisit): BackendRequest {
  const { world, incoming, response, query, token, service, project } = visit;
  const abandoned = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded && (service === 'git-upload-pack' || !incoming.complete)) abandoned.abort();
  });
  const level = token ? (effectiveMembership(project, token.user, world.now())?.level ?? 0) : 0;
  return {
    projectRoot: world.directory,
    path: `/${path.basename(project.directory)}${parseGitPath(visit.path)?.rest ?? ''}`,
    query: query.toString(),
    user: level >= MAINTAINER ? 'maintainer' : 'developer',
    variables: {},
    incoming,
    abandoned: abandoned.signal,
  };
}

/** Notes how much a request moved. */
export function countTransfer(
  { world, project, service, step, token }: GitVisit,
  counted: Pick<GitTransfer, 'status' | 'bytesServed' | 'bytesReceived'>,
): void {
  const about = { at: world.now(), repository: project.fullName, service, step, tokenId: token?.id };
  world.gitTraffic.push({ ...about, ...counted });
}
