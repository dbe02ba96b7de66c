import { answerJudged, recordWrite } from '../git-host/answer.ts';
import type { RouteMatch } from '../git-host/routing.ts';
import { requireScope } from './access.ts';
import { TrackerFailure, type Refusals } from './failure.ts';
import { departures } from './published.ts';
import type { TokenRecord } from './records.ts';
import type { Answer, Call, Route } from './route.ts';
import type { TrackerWorld } from './world.ts';

const MALFORMED = Symbol('malformed body');

/** A request of the API whose body has been read and whose route is known. `path` is without the prefix. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly url: string;
  readonly query: URLSearchParams;
  readonly text: string;
  readonly match: RouteMatch<Route>;
}

/** What answers requests. */
export interface ApiParts {
  readonly world: TrackerWorld;
  readonly refusals: Refusals;
}

/** What violations and faults call an operation, for example `GET /issues/:issue`. */
export function operationIdOf({ route }: RouteMatch<Route>): string {
  return `${route.method} ${route.template}`;
}

/**
 * Judges, runs and records one call. Never throws: a failure is an answer too. Credentials are checked first, as both
 * vendors do, but what is not published is on record in every case. Stricter than they are: they ignore what they do not
 * know, and redirect a path without its last slash where they can.
 */
export function answerApi(
  { world, refusals }: ApiParts,
  request: ApiRequest,
  identifyCaller: () => TokenRecord,
): Promise<Answer> {
  const { match, query, path, method, url } = request;
  const { route, params } = match;
  const operationId = operationIdOf(match);
  const body = readBody(request.text);
  const errors = [...pathProblems(path), ...queryProblems(route, query), ...bodyProblems(route, body)];
  if (errors.length > 0) world.violations.push({ direction: 'request', operationId, errors });
  const judge = {
    host: world.vendor,
    operationId,
    failure: failureAnswer,
    problems: (answer: Answer) => answerProblems(route, answer),
  };
  return answerJudged(world, judge, async () => {
    const token = identifyCaller();
    if (errors.length > 0) throw refusals.invalid(errors);
    requireScope(token, route.scopes, refusals);
    const call: Call = { world, refusals, token, params, query, body, url };
    const given: Answer = route.handle(call);
    const { wrote } = given;
    if (wrote) recordWrite(world, { kind: wrote.kind, method, path, body, tokenId: token.id, resultId: wrote.id });
    return given;
  });
}

/** The answer to a path we do not model, which is a violation: the product must not use what nothing checks. */
export function answerUnknown({ world, refusals }: ApiParts, asked: { method: string; path: string }): Answer {
  const operationId = `${asked.method} ${asked.path}`;
  world.violations.push({ direction: 'request', operationId, errors: ['the stand-in does not model this'] });
  const { status, body } = refusals.notFound();
  return { status, body };
}

/** A failure as an answer; undefined for any other error. */
export function failureAnswer(error: unknown): Answer | undefined {
  return error instanceof TrackerFailure ? { status: error.status, body: error.body } : undefined;
}

function answerProblems({ answer }: Route, { status, body }: Answer): string[] {
  if (status >= 300) return [];
  if (answer === undefined) return body === undefined ? [] : ['a body where none is published'];
  return departures(answer, body);
}

function pathProblems(path: string): string[] {
  return path.endsWith('/') ? [] : ['a path without the slash that ends it'];
}

function queryProblems(route: Route, query: URLSearchParams): string[] {
  const known = new Set((route.query ?? '').split(' '));
  return [...new Set(query.keys())].filter((name) => !known.has(name)).map((name) => `query ${name} is not published`);
}

function bodyProblems({ body: shape }: Route, body: unknown): string[] {
  if (body === MALFORMED) return ['the body is not JSON'];
  if (shape === undefined) return body === undefined ? [] : ['a body where none is taken'];
  return departures(shape, body);
}

function readBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return MALFORMED;
  }
}
