import { client } from '@/generated/client/client.gen.ts';
import { failureOf } from './failure.ts';

client.setConfig({ baseUrl: '/api', credentials: 'same-origin' });
client.interceptors.error.use((thrown, response) => failureOf(response?.status ?? 0, thrown));

/** What a call of the generated client brings. */
interface Answer<Data> {
  readonly data: Data;
  readonly response: Response;
}

/** A page of a list, and where the next one begins. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Undefined on the last page. */
  readonly next: string | undefined;
}

/** The body of an answer. @throws ApiFailure */
export async function bodyOf<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  return (await call).data;
}

/** The rows of an answer with the cursor its `Link` header names (RFC 8288). @throws ApiFailure */
export async function pageOf<Row>(call: Promise<Answer<readonly Row[]>>): Promise<Page<Row>> {
  const { data, response } = await call;
  return { rows: data, next: cursorIn(response.headers.get('link')) };
}

/** The cursor of the next page, as `linkNextPage` of the server writes it. */
function cursorIn(link: string | null): string | undefined {
  const address = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
  return address === undefined
    ? undefined
    : (new URL(address, location.origin).searchParams.get('cursor') ?? undefined);
}

/**
 * Reads what the description of the API does not name yet: a server may be older than the page. The caller says what it is.
 * @throws ApiFailure; 404 where this server has no such thing
 */
export async function read<Data>(path: string, signal: AbortSignal): Promise<Data> {
  const { data } = await client.get<Record<200, Data>, unknown, true>({ url: path, signal, throwOnError: true });
  return data;
}
