import { answerJudged, recordWrite, type Judge } from '../git-host/answer.ts';
import type { Caller } from './caller.ts';
import type { Contract } from './contract.ts';
import { failureBody, GitHubFailure, notFound, unprocessable } from './failure.ts';
import type { Operation } from './operation.ts';
import type { Answer } from './route.ts';
import type { RouteMatch } from './router.ts';
import type { World } from './world.ts';

/** A REST request whose body has been read and whose route is known. */
export interface ApiRequest {
  readonly method: string;
  /** Without the API prefix. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Text of the body, empty when none was sent. */
  readonly text: string;
  readonly full: boolean;
  readonly match: RouteMatch;
  readonly operation: Operation;
}

/**
 * Judges, runs and records one REST call. Never throws: a failure is an answer too. Credentials are checked by
 * `identify` first, as GitHub does, but a request that breaks the contract is recorded in every case.
 */
export async function answerApi(world: World, request: ApiRequest, identify: () => Caller): Promise<Answer> {
  const { operation } = request;
  const body = parseBody(request.text);
  const errors =
    body === MALFORMED
      ? ['the body is not JSON']
      : operation.checkRequest({ path: request.match.params, query: request.query, body });
  if (errors.length > 0) world.violations.push({ direction: 'request', operationId: operation.id, errors });
  return answerJudged(world, judgeOf(operation), async () => {
    const caller = identify();
    if (errors.length > 0) throw unprocessable([], `Invalid request.\n\n${errors.join('\n')}`);
    const given = await request.match.route.handle({
      world,
      caller,
      path: request.path,
      params: request.match.params,
      query: request.query,
      body,
      full: request.full,
    });
    record(world, request, { caller, body, given });
    return given;
  });
}

function judgeOf(operation: Operation): Judge {
  return {
    host: 'GitHub',
    operationId: operation.id,
    failure: (error) => (error instanceof GitHubFailure ? failureAnswer(error) : undefined),
    problems: ({ status, body }) => operation.checkResponse(status, body),
  };
}

/** The answer to a path we do not model, which is a violation: the product must not use what nothing checks. */
export function answerUnknown(world: World, contract: Contract, asked: { method: string; path: string }): Answer {
  const known = contract.operationIdAt(asked.method, asked.path);
  const error = known === undefined ? 'GitHub has no such operation' : `the stand-in does not model ${known}`;
  world.violations.push({ direction: 'request', operationId: `${asked.method} ${asked.path}`, errors: [error] });
  return failureAnswer(notFound());
}

/** A failure as an answer. */
export function failureAnswer(failure: GitHubFailure): Answer {
  return { status: failure.status, body: failureBody(failure), headers: failure.headers };
}

function record(
  world: World,
  request: ApiRequest,
  { caller, body, given }: { caller: Caller; body: unknown; given: Answer },
): void {
  if (given.wrote === undefined) return;
  recordWrite(world, {
    kind: given.wrote.kind,
    method: request.method,
    path: request.path,
    body,
    tokenId: caller.kind === 'installation' ? caller.token.id : undefined,
    resultId: given.wrote.id,
  });
}

const MALFORMED = Symbol('malformed body');

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return MALFORMED;
  }
}
