import type { Call } from './route.ts';

const PAGE_MAX = 100;
const CURSOR = /^0:(?<offset>\d+):0$/;

/** One page of a list, with the links to its neighbours. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Cuts a list as the query asks: `per_page` (Sentry) or `limit` (Glitchtip) and an opaque `cursor`. Both vendors link both
 * neighbours always and say in `results` whether there is anything: https://docs.sentry.io/api/pagination/
 */
export function paginate<Item>({ query, url }: Pick<Call, 'query' | 'url'>, all: readonly Item[]): Page<Item> {
  const asked = Number(query.get('per_page') ?? query.get('limit') ?? PAGE_MAX);
  const size = Number.isInteger(asked) && asked > 0 ? Math.min(asked, PAGE_MAX) : PAGE_MAX;
  const offset = Number(CURSOR.exec(query.get('cursor') ?? '')?.groups?.['offset'] ?? 0);
  const link = (rel: string, at: number, hasMore: boolean): string => {
    const to = new URL(url);
    const cursor = `0:${Math.max(0, at)}:0`;
    to.searchParams.set('cursor', cursor);
    return `<${to.href}>; rel="${rel}"; results="${hasMore}"; cursor="${cursor}"`;
  };
  const before = link('previous', offset - size, offset > 0);
  const after = link('next', offset + size, offset + size < all.length);
  return {
    items: all.slice(offset, offset + size),
    headers: { link: `${before}, ${after}`, 'x-hits': String(all.length) },
  };
}
