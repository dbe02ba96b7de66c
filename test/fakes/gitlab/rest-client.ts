import { z } from 'zod';
import type { GitLabStandIn } from './stand-in.ts';

/** An answer as it came. `body` is the parsed JSON, undefined when there is none. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

/** A bare client of the REST API: one request, one answer, no retry. */
export interface RestClient {
  get(path: string): Promise<RestAnswer>;
  post(path: string, body?: unknown): Promise<RestAnswer>;
  put(path: string, body?: unknown): Promise<RestAnswer>;
  delete(path: string): Promise<RestAnswer>;
}

/** A client below `/api/v4`, with a token (undefined: anonymous) in `PRIVATE-TOKEN` or as bearer. */
export function restClient(
  gitlab: GitLabStandIn,
  token: string | undefined,
  scheme: 'private-token' | 'bearer' = 'private-token',
): RestClient {
  const credentials = scheme === 'bearer' ? { authorization: `Bearer ${token}` } : { 'private-token': token ?? '' };
  const request = async (method: string, path: string, body?: unknown): Promise<RestAnswer> => {
    const response = await fetch(`${gitlab.apiUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...(token === undefined ? {} : credentials), 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    const parsed: unknown = isJson ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, body: parsed };
  };
  return {
    get: (path) => request('GET', path),
    post: (path, body) => request('POST', path, body),
    put: (path, body) => request('PUT', path, body),
    delete: (path) => request('DELETE', path),
  };
}

const Numbered = z.looseObject({ id: z.number() });

/** The `id` of an answer's body; throws when it has none. */
export function idOf({ body }: RestAnswer): number {
  return Numbered.parse(body).id;
}

/** One field of every entry of an answer that is a list. */
export function fieldOf({ body }: RestAnswer, name: string): unknown[] {
  return z
    .array(z.looseObject({}))
    .parse(body)
    .map((one) => one[name]);
}
