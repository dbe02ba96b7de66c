import type { Answer, Call } from './route.ts';

const PER_PAGE_DEFAULT = 30;
const PER_PAGE_MAX = 100;

/**
 * Cuts a list to the asked page and links to its neighbours, as described in
 * https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
export function paginate<T>(
  { query, world, path }: Pick<Call, 'query' | 'world' | 'path'>,
  items: readonly T[],
): { readonly page: T[]; readonly headers: NonNullable<Answer['headers']> } {
  const perPage = Math.min(PER_PAGE_MAX, positive(query.get('per_page')) ?? PER_PAGE_DEFAULT);
  const page = positive(query.get('page')) ?? 1;
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (target: number, rel: string): string => {
    const next = new URLSearchParams(query);
    next.set('page', String(target));
    return `<${world.apiUrl}${path}?${next.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ];
  return {
    page: items.slice((page - 1) * perPage, page * perPage),
    headers: links.length > 0 ? { link: links.join(', ') } : {},
  };
}

function positive(text: string | null): number | undefined {
  const value = Number(text);
  return text !== null && Number.isInteger(value) && value > 0 ? value : undefined;
}
