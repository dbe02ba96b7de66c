import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { AppError, type ErrorCode } from '#core/domain/errors.ts';
import type { Api, Target } from './api.ts';

/** A query or mutation; `write` decides what an unclear failure means. */
export interface GraphqlCall {
  readonly document: string;
  readonly write: boolean;
}

const LIMIT_WAIT_MS = 60_000;

/** GitHub answers a failure with 200 and a list; errors of its own making have no type. */
const Failures = z.object({ errors: z.array(z.object({ type: z.string().optional() })).min(1) });

/** GitHub's words in `errors[].type`; what is not here is a fault of its own. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  NOT_FOUND: 'missing',
  FORBIDDEN: 'denied',
  INSUFFICIENT_SCOPES: 'denied',
  RATE_LIMITED: 'limited',
  UNPROCESSABLE: 'invalid',
};

/**
 * Asks GitHub what REST does not tell. `variables` are given the repository's owner and name as they are now.
 * @throws AppError as {@link Api}; what GitHub refuses by a type without status is put in the same words.
 */
export function askGraphql<T>(
  api: Api,
  target: Target,
  ask: GraphqlCall & { readonly variables: Readonly<Record<string, unknown>>; readonly answer: z.ZodType<T> },
): Promise<T> {
  const { document, variables, write, answer } = ask;
  const isNamed = document.includes('$owner');
  const send = async (octokit: Octokit, at: { owner: string; name: string }): Promise<{ data: unknown }> => {
    const all = isNamed ? { ...variables, owner: at.owner, name: at.name } : { ...variables };
    const data: unknown = await octokit.graphql(document, all).catch((thrown: unknown) => {
      throw inOurWords(thrown, target, write);
    });
    return { data };
  };
  return write ? api.write(target, send, answer) : api.read(target, send, answer);
}

function inOurWords(thrown: unknown, { action }: Target, write: boolean): unknown {
  const failed = Failures.safeParse(thrown);
  if (!failed.success) return thrown;
  const [type] = failed.data.errors.map((one) => one.type).filter((one) => one !== undefined);
  const code = CODES[type ?? ''] ?? (write ? 'ambiguous' : 'unavailable');
  const details = { cause: thrown, ...(code === 'limited' ? { retryAfterMs: LIMIT_WAIT_MS } : {}) };
  return new AppError(code, `${action} failed: GitHub answered with ${type ?? 'an error without a type'}`, details);
}
