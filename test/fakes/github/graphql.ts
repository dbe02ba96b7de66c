import { z } from 'zod';
import { hasPermission, reaches, type Caller } from './caller.ts';
import { failureAnswer } from './api.ts';
import { forbidden, unauthorized } from './failure.ts';
import { graphqlQueries, type GraphqlCall } from './graphql-queries.ts';
import type { Answer } from './route.ts';
import { findRepository, type World } from './world.ts';

/** Where GitHub Enterprise Server has it, beside `/api/v3`. */
export const GRAPHQL_PATH = '/api/graphql';

const Body = z.strictObject({
  query: z.string(),
  variables: z.looseObject({ owner: z.string(), name: z.string(), number: z.number() }),
});

/**
 * Answers the queries we model, word for word but for white space; any other is a violation, since nothing checks it. GitHub's
 * schema is not read: https://docs.github.com/en/graphql
 */
export function answerGraphql(world: World, text: string, caller: Caller): Answer {
  if (caller.kind !== 'installation') return failureAnswer(unauthorized());
  const { query, variables } = Body.parse(JSON.parse(text));
  const resolve = graphqlQueries.get(withoutSpace(query));
  if (resolve === undefined) {
    world.violations.push({ direction: 'request', operationId: 'graphql', errors: [`unknown query: ${query}`] });
    return { status: 200, body: { errors: [{ type: 'undefinedField', message: 'unknown query' }] } };
  }
  const { token } = caller;
  const may = ['issues:read', 'pull_requests:read'] as const;
  if (!may.some((need) => hasPermission(token, need))) return failureAnswer(forbidden());
  const repository = findRepository(world, `${variables.owner}/${variables.name}`);
  if (repository === undefined || !reaches(token, repository)) return nothing('repository');
  const call: GraphqlCall = { world, repository, variables };
  const found = resolve(call);
  return found === undefined ? nothing('issue') : { status: 200, body: { data: { repository: found } } };
}

function nothing(path: string): Answer {
  const errors = [{ type: 'NOT_FOUND', path: [path], message: `Could not resolve to a ${path}.` }];
  return { status: 200, body: { data: { repository: null }, errors } };
}

/** White space counts for nothing in GraphQL. */
function withoutSpace(query: string): string {
  return query.replaceAll(/\s+/g, ' ').trim();
}
