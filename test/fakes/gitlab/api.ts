import { answerJudged, recordWrite, type Judge } from '../git-host/answer.ts';
import { badParameter, GitLabFailure, notFound } from './failure.ts';
import { problemsOf } from './problems.ts';
import { unpublishedIn } from './published-operations.ts';
import type { TokenRecord } from './records.ts';
import type { Answer, Call } from './route.ts';
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
  readonly contentType: string | undefined;
  readonly match: RouteMatch;
}

/** What the contract calls an operation, for example `POST /projects/:id/issues`. */
export function operationIdOf({ route }: RouteMatch): string {
  return `${route.method} ${route.template}`;
}

/**
 * Judges, runs and records one REST call. Never throws: a failure is an answer too. Credentials are checked first, as
 * GitLab does, but parameters that break the shape, or that GitLab does not publish, are recorded in every case. Stricter
 * than GitLab, which ignores what it does not know.
 */
export async function answerApi(world: World, request: ApiRequest, identify: () => TokenRecord): Promise<Answer> {
  const { match } = request;
  const operationId = operationIdOf(match);
  const raw = readInput(request);
  const errors = raw === MALFORMED ? ['the body is not JSON'] : problemsIn(match, raw);
  if (errors.length > 0) world.violations.push({ direction: 'request', operationId, errors });
  return answerJudged(world, judgeOf(match), async () => {
    const token = identify();
    if (errors.length > 0) throw badParameter(errors.join(', '));
    const { method, path, query } = request;
    const call: Call = { world, token, method, path, params: match.params, query, raw };
    const given = await match.route.handle(call);
    record(call, given);
    return given;
  });
}

function problemsIn({ route }: RouteMatch, raw: unknown): string[] {
  return [...problemsOf(route.input, raw), ...unpublishedIn(route, raw)];
}

function judgeOf(match: RouteMatch): Judge {
  return {
    host: 'GitLab',
    operationId: operationIdOf(match),
    failure: (error) => (error instanceof GitLabFailure ? failureAnswer(error) : undefined),
    problems: (answer) => problemsOfAnswer(match, answer),
  };
}

/** The answer to a path we do not model, which is a violation: the product must not use what nothing checks. */
export function answerUnknown(world: World, asked: { method: string; path: string }): Answer {
  const operationId = `${asked.method} ${asked.path}`;
  world.violations.push({ direction: 'request', operationId, errors: ['the stand-in does not model this'] });
  return failureAnswer(notFound(''));
}

/** A failure as an answer. */
export function failureAnswer({ status, body, headers }: GitLabFailure): Answer {
  return { status, body, headers };
}

function problemsOfAnswer({ route }: RouteMatch, { status, body }: Answer): string[] {
  if (status >= 300) return [];
  if (route.answer === undefined) return body === undefined ? [] : ['a body where GitLab sends none'];
  return problemsOf(route.answer, body);
}

function record(call: Call, given: Answer): void {
  if (given.wrote === undefined) return;
  const { world, method, path, raw, token } = call;
  recordWrite(world, {
    kind: given.wrote.kind,
    method,
    path,
    body: raw,
    tokenId: token.id,
    resultId: given.wrote.id,
  });
}

const MALFORMED = Symbol('malformed body');

/** GitLab takes parameters from query and body alike. `name[]` repeats into a list. Of bodies we read JSON only. */
function readInput({ query, text, contentType }: ApiRequest): unknown {
  const input: Record<string, unknown> = {};
  for (const key of new Set(query.keys())) {
    if (key.endsWith('[]')) input[key.slice(0, -'[]'.length)] = query.getAll(key);
    else input[key] = query.get(key) ?? '';
  }
  if (text === '') return input;
  if (!/\bjson\b/.test(contentType ?? '')) return MALFORMED;
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...input, ...body } : MALFORMED;
  } catch {
    return MALFORMED;
  }
}
