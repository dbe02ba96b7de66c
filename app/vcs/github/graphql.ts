import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { AppError, type ErrorCode } from '#core/domain/errors.ts';
import type { Api, Target } from './api.ts';

const LIMIT_WAIT_MS = 60_000;

/** What comes back with status 200, also when nothing was found. `type` is GitHub's own word for what went wrong. */
const Answer = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ type: z.string().optional() })).optional(),
});

const CODES: Readonly<Record<string, ErrorCode>> = {
  NOT_FOUND: 'missing',
  FORBIDDEN: 'denied',
  INSUFFICIENT_SCOPES: 'denied',
  RATE_LIMITED: 'limited',
};

/**
 * Reads by GraphQL, for what REST does not tell. `query` takes `$owner` and `$name`, which are put in here as the
 * repository is called now, and whatever `variables` has. An answer with an error in it counts as none.
 * @throws AppError as {@link Api}.
 */
export function readByGraphql<T>(
  api: Api,
  target: Target,
  ask: { query: string; variables: Readonly<Record<string, unknown>>; answer: z.ZodType<T> },
): Promise<T> {
  return api.read(
    target,
    async (octokit, { owner, name }) => {
      const variables = { owner, name, ...ask.variables };
      const { data, headers } = await octokit.request({
        method: 'POST',
        url: endpointOf(octokit),
        query: ask.query,
        variables,
      });
      return { data: dataOf(data, target), headers };
    },
    ask.answer,
  );
}

/** `https://api.github.com/graphql`, or `https://HOST/api/graphql` where REST is at `https://HOST/api/v3` (Enterprise Server). */
function endpointOf(octokit: Octokit): string {
  const { baseUrl } = octokit.request.endpoint.DEFAULTS;
  return `${baseUrl.replace(/\/api\/v3\/?$/, '/api').replace(/\/$/, '')}/graphql`;
}

function dataOf(body: unknown, { action }: Target): unknown {
  const { data, errors: [first] = [] } = Answer.parse(body);
  if (first === undefined) return data;
  const code = CODES[first.type ?? ''] ?? 'unavailable';
  throw new AppError(code, `${action} failed: GitHub answered ${first.type ?? 'an error'}`, {
    context: { type: first.type ?? '' },
    ...(code === 'limited' ? { retryAfterMs: LIMIT_WAIT_MS } : {}),
  });
}
