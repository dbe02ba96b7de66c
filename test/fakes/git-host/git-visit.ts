import type { IncomingMessage, ServerResponse } from 'node:http';
import { relative } from 'node:path';
import type { BackendRequest } from './git-http.ts';
import type { GitTransfer } from './journal.ts';
import type { MovedRef } from './moved-refs.ts';

/** A Git request as it arrived; `path` names a repository below the stand-in's address. */
export interface GitRequest {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Called when a push has taken effect; true when a fault has dealt with the answer. */
  readonly disturbAfter: () => Promise<boolean>;
  /** Called with the status just before the answer ends, so that whoever waits for the answer finds it recorded. */
  readonly record: (status: number) => void;
}

/** What a Git request asks for. */
export type GitAim = Pick<GitTransfer, 'service' | 'step'>;

/** A Git request that may go through. */
export interface GitVisit extends GitRequest, GitAim {
  readonly world: {
    readonly directory: string;
    readonly now: () => number;
    readonly gitTraffic: GitTransfer[];
  };
  readonly repository: { readonly fullName: string; readonly directory: string; pushQueue: Promise<void> };
  readonly tokenId: string | undefined;
  /** The path after the repository: `/info/refs`. */
  readonly rest: string;
  /** What the repository's hooks are told of the caller. */
  readonly told: Pick<BackendRequest, 'user' | 'variables'>;
  /** Lets the host follow the refs that a push has moved. */
  settle(moved: readonly MovedRef[]): Promise<void>;
}

/** What is asked for at the rest of a Git path; undefined when it is no request of the smart protocol. */
export function aimOf(rest: string, query: URLSearchParams): GitAim | undefined {
  const step = rest === '/info/refs' ? 'advertise' : 'exchange';
  const service = step === 'advertise' ? query.get('service') : rest.slice(1);
  return service === 'git-upload-pack' || service === 'git-receive-pack' ? { step, service } : undefined;
}

/** The CGI request behind a visit. A client that goes away takes a fetch with it; a push that arrived whole is finished. */
export function backendRequest(visit: GitVisit): BackendRequest {
  const { world, incoming, response, service, repository } = visit;
  const abandoned = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded && (service === 'git-upload-pack' || !incoming.complete)) abandoned.abort();
  });
  return {
    projectRoot: world.directory,
    // Hosts do not mind the case of names, and rename; the file system does.
    path: `/${relative(world.directory, repository.directory)}${visit.rest}`,
    query: visit.query.toString(),
    ...visit.told,
    incoming,
    abandoned: abandoned.signal,
  };
}

/** Notes how much a request moved. */
export function countTransfer(
  { world, repository, service, step, tokenId }: GitVisit,
  counted: Pick<GitTransfer, 'status' | 'bytesServed' | 'bytesReceived'>,
): void {
  world.gitTraffic.push({ at: world.now(), repository: repository.fullName, service, step, tokenId, ...counted });
}
