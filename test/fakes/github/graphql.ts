import { z } from 'zod';
import { hasPermission, reaches, type Caller } from './caller.ts';
import { failureAnswer } from './api.ts';
import { forbidden, GitHubFailure, unauthorized } from './failure.ts';
import { recordWrite } from '../git-host/answer.ts';
import { GraphqlRefusal, type GraphqlOperation } from './graphql-operation.ts';
import { draftOperations } from './graphql-drafts.ts';
import { graphqlQueries } from './graphql-queries.ts';
import { reviewOperations } from './graphql-reviews.ts';
import type { Answer } from './route.ts';
import { findRepository, type World, type WriteKind } from './world.ts';

/** Where GitHub Enterprise Server has it, beside `/api/v3`. */
export const GRAPHQL_PATH = '/api/graphql';

const Body = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).default({}) });
const OPERATIONS: readonly GraphqlOperation[] = [...reviewOperations, ...draftOperations];

/**
 * Answers `POST /graphql`. There is no schema here to judge by, so exactly the documents that were checked by hand against
 * GitHub's reference are known; any other is a violation.
 */
export async function answerGraphql(world: World, text: string, identify: () => Caller): Promise<Answer> {
  try {
    const caller = identify();
    if (caller.kind !== 'installation') throw unauthorized('This endpoint requires you to be authenticated.');
    const { query, variables } = Body.parse(JSON.parse(text));
    const operation = OPERATIONS.find((one) => squeezed(one.document) === squeezed(query));
    if (!operation) return answerQuery(world, caller, { query, variables });
    const { data, id } = await operation.answer(world, caller.token, variables);
    if (operation.wrote !== undefined) record(world, { kind: operation.wrote, caller, variables, id: id ?? '' });
    return { status: 200, body: { data } };
  } catch (error) {
    if (error instanceof GitHubFailure) return failureAnswer(error);
    if (error instanceof GraphqlRefusal)
      return { status: 200, body: { data: null, errors: [{ type: error.type, message: error.message }] } };
    throw error;
  }
}

const Thread = z.looseObject({ owner: z.string(), name: z.string(), number: z.number() });

/** What is asked about one thread; who may read issues or pull requests may ask. */
function answerQuery(
  world: World,
  { token }: Extract<Caller, { kind: 'installation' }>,
  { query, variables }: z.infer<typeof Body>,
): Answer {
  const resolve = graphqlQueries.get(squeezed(query));
  if (resolve === undefined) return unknown(world, query);
  const may = ['issues:read', 'pull_requests:read'] as const;
  if (!may.some((need) => hasPermission(token, need))) return failureAnswer(forbidden());
  const thread = Thread.parse(variables);
  const repository = findRepository(world, `${thread.owner}/${thread.name}`);
  if (repository === undefined || !reaches(token, repository)) return nothing('repository');
  const found = resolve({ world, repository, variables: thread });
  return found === undefined ? nothing('issue') : { status: 200, body: { data: { repository: found } } };
}

function nothing(path: string): Answer {
  const errors = [{ type: 'NOT_FOUND', path: [path], message: `Could not resolve to a ${path}.` }];
  return { status: 200, body: { data: { repository: null }, errors } };
}

function unknown(world: World, query: string): Answer {
  const errors = [`the stand-in does not know this document: ${squeezed(query)}`];
  world.violations.push({ direction: 'request', operationId: 'graphql', errors });
  return { status: 200, body: { errors: [{ message: 'Parse error' }] } };
}

function record(
  world: World,
  wrote: {
    kind: WriteKind;
    caller: Extract<Caller, { kind: 'installation' }>;
    variables: unknown;
    id: string | number;
  },
): void {
  recordWrite(world, {
    kind: wrote.kind,
    method: 'POST',
    path: '/graphql',
    body: wrote.variables,
    tokenId: wrote.caller.token.id,
    resultId: wrote.id,
  });
}

function squeezed(document: string): string {
  return document.replaceAll(/\s+/g, ' ').trim();
}
