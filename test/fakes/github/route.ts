import type { OperationAnswer } from '../git-host/answer.ts';
import { splitName, type Method, type RouteName } from '../git-host/routing.ts';
import { authorize, type Caller, type Need } from './caller.ts';
import type { Author } from './conversations.ts';
import { GitHubFailure, unauthorized } from './failure.ts';
import type { RepositoryRecord, TokenRecord } from './records.ts';
import { findRepository, type World, type WriteKind } from './world.ts';

/** A request that has been routed and parsed. `body` is JSON that already passed GitHub's schema. */
export interface Call {
  readonly world: World;
  readonly caller: Caller;
  /** Below the API prefix, without the query. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** Whether bodies are wanted as HTML too (`application/vnd.github.full+json`). */
  readonly full: boolean;
}

/** A call with an installation token on a repository it may use. */
export interface RepositoryCall extends Call {
  readonly repository: RepositoryRecord;
  readonly token: TokenRecord;
  /** The App's bot user, who acts for the token. */
  readonly author: Author;
}

/** An answer, with the kinds of writes that this host has. */
export type Answer = OperationAnswer<WriteKind>;

/** One operation we model, at GitHub's own path template. */
export interface Route extends RouteName {
  handle(call: Call): Answer | Promise<Answer>;
}

/** A route on a repository; passes with any one of `needs` (GitHub documents them per endpoint). */
export function repositoryRoute(
  name: `${Method} /repos/{owner}/{repo}${string}`,
  needs: readonly Need[],
  handle: (call: RepositoryCall) => Answer | Promise<Answer>,
): Route {
  return route(name, (call) => {
    const { world, params } = call;
    const token = tokenOf(call.caller);
    const repository = findRepository(world, `${params['owner'] ?? ''}/${params['repo'] ?? ''}`);
    authorize(token, repository, needs);
    if (repository === undefined) throw new Error('authorize let an unknown repository pass');
    return handle({ ...call, repository, token, author: { user: world.app.botUser, viaApp: true } });
  });
}

/** A route for any installation token. */
export function tokenRoute(
  name: `${Method} /${string}`,
  handle: (call: Call, token: TokenRecord) => Answer | Promise<Answer>,
): Route {
  return route(name, (call) => handle(call, tokenOf(call.caller)));
}

/** A route for the App itself, by JWT. */
export function appRoute(name: `${Method} /${string}`, handle: (call: Call) => Answer | Promise<Answer>): Route {
  return route(name, (call) => {
    if (call.caller.kind !== 'app') throw unauthorized('A JSON web token could not be decoded');
    return handle(call);
  });
}

/** A route without credentials. */
export function publicRoute(name: `${Method} /${string}`, handle: (call: Call) => Answer | Promise<Answer>): Route {
  return route(name, handle);
}

function tokenOf(caller: Caller): TokenRecord {
  if (caller.kind === 'installation') return caller.token;
  if (caller.kind === 'app') throw new GitHubFailure(403, 'Resource not accessible by integration');
  throw unauthorized('Requires authentication');
}

function route(name: `${Method} /${string}`, handle: Route['handle']): Route {
  return { ...splitName(name), handle };
}
