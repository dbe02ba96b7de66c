import { createRequesterFn } from '@gitbeaker/requester-utils';
import { Gitlab } from '@gitbeaker/rest';
import { z } from 'zod';
import type { GitLabOptions } from './options.ts';
import { createTransport, type TransportLimits } from './transport.ts';

const USER_AGENT = 'astraforge/0.1';

/** What Gitbeaker hands to whoever sends for it; `searchParams` is a query string already. */
const Prepared = z.object({
  prefixUrl: z.string(),
  method: z.string(),
  headers: z.record(z.string(), z.string()),
  searchParams: z.string().optional(),
  body: z.string().optional(),
});

const Fields = z.record(z.string(), z.unknown());

/** What Gitbeaker can pass on; anything else is nothing, and so not what whoever asked has expected. */
const Body = z
  .union([Fields, z.array(Fields)])
  .nullable()
  .catch(null);

/** GitLab's API as functions, one per call. */
export type GitLabClient = InstanceType<typeof Gitlab<false>>;

/**
 * A client that asks nothing before it is used. Gitbeaker's own way of sending repeats whatever is answered with 429
 * or 502, ten times, and a note that GitLab stored before answering 502 would be posted again; so it prepares requests
 * and {@link createTransport} sends them, once. Its rate limits are off: they count per process, not per token.
 * The token goes as `Authorization`, which GitLab takes for every kind of token
 * (https://docs.gitlab.com/api/rest/authentication/).
 */
export function createClient(
  options: Pick<GitLabOptions, 'url' | 'token'>,
  limits: TransportLimits = {},
): GitLabClient {
  const transport = createTransport(limits);
  const send = async (endpoint: string, given?: Record<string, unknown>) => {
    const { prefixUrl, method, headers, searchParams, body } = Prepared.parse(given);
    const query = searchParams === undefined || searchParams === '' ? '' : `?${searchParams}`;
    const answer = await transport({
      url: `${prefixUrl.replace(/\/$/, '')}/${endpoint}${query}`,
      method,
      headers: { ...headers, accept: 'application/json', 'user-agent': USER_AGENT },
      body,
    });
    return { ...answer, body: Body.parse(answer.body) };
  };
  return new Gitlab({
    host: options.url,
    oauthToken: options.token,
    queryTimeout: null,
    rateLimits: {},
    requesterFn: createRequesterFn((_service, request) => Promise.resolve(request), send),
  });
}
