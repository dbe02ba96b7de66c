import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { Api, Target } from './api.ts';
import type { GitLabOptions } from './options.ts';
import { createTransport, type TransportLimits } from './transport.ts';

/** Sends a document with its variables and gives the body of the answer. */
export type Graphql = (document: string, variables: Readonly<Record<string, unknown>>) => Promise<unknown>;

/**
 * GitLab's GraphQL endpoint, for what REST does not tell; a token with scope `read_api` may ask
 * (https://docs.gitlab.com/api/graphql/). Sends once, bounded as every other request.
 */
export function createGraphql(options: Pick<GitLabOptions, 'url' | 'token'>, limits: TransportLimits = {}): Graphql {
  const transport = createTransport(limits);
  const headers = {
    authorization: `Bearer ${options.token}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  return async (query, variables) => {
    const body = JSON.stringify({ query, variables });
    return (await transport({ url: `${options.url}/api/graphql`, method: 'POST', headers, body })).body;
  };
}

/** What is asked. `answer`: the shape of what the one field of the document holds. */
export interface Question<Answer> {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly answer: z.ZodType<Answer>;
}

/**
 * Asks something that changes nothing. The document has one field, named `found`, which is null for what is not there and
 * for what the token may not see.
 * @throws AppError as {@link Api.read}, and `missing` where the field is null.
 */
export async function askGraphql<Answer>(
  { api, graphql }: { api: Api; graphql: Graphql },
  target: Target,
  { document, variables, answer }: Question<Answer>,
): Promise<Answer> {
  const shape = z.object({ data: z.object({ found: answer.nullable() }) });
  const { data } = await api.read(target, () => graphql(document, variables), shape);
  if (data.found === null) throw new AppError('missing', `${target.action} failed: GitLab does not show it`);
  return data.found;
}
