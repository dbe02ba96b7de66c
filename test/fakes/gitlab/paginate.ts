import { z } from 'zod';
import type { Answer, Call } from './route.ts';

const PER_PAGE_DEFAULT = 20;
const PER_PAGE_MAX = 100;

/** The parameters of every list: https://docs.gitlab.com/api/rest/#pagination */
export const PageInput = {
  page: z.coerce.number().int().min(1).optional(),
  per_page: z.coerce.number().int().min(1).optional(),
};

/** Issues also come in pages that lead on by cursor: https://docs.gitlab.com/api/rest/#supported-resources */
export const KeysetInput = {
  ...PageInput,
  pagination: z.enum(['keyset', 'legacy']).optional(),
  cursor: z.string().optional(),
};

interface PageWish {
  readonly page?: number | undefined;
  readonly per_page?: number | undefined;
  readonly pagination?: string | undefined;
  readonly cursor?: string | undefined;
}

/** One page and the headers that lead on: `Link`, and for offset pagination the `X-…` counters. */
export function paginate<T extends { readonly id: number | string }>(
  call: Pick<Call, 'world' | 'path' | 'query'>,
  wish: PageWish,
  items: readonly T[],
): { readonly page: T[]; readonly headers: NonNullable<Answer['headers']> } {
  const perPage = Math.min(PER_PAGE_MAX, wish.per_page ?? PER_PAGE_DEFAULT);
  const link = (changes: Record<string, string>, rel: string): string => {
    const next = new URLSearchParams(call.query);
    for (const [name, value] of Object.entries({ per_page: String(perPage), ...changes })) next.set(name, value);
    return `<${call.world.apiUrl}${call.path}?${next.toString()}>; rel="${rel}"`;
  };
  if (wish.pagination === 'keyset') {
    const start = wish.cursor === undefined ? 0 : items.findIndex((one) => String(one.id) === decode(wish.cursor)) + 1;
    const page = items.slice(start, start + perPage);
    const last = page.at(-1);
    const more = last !== undefined && start + perPage < items.length;
    return { page, headers: more ? { link: link({ cursor: encode(String(last.id)) }, 'next') } : {} };
  }
  const page = wish.page ?? 1;
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const at = (target: number, rel: string): string => link({ page: String(target) }, rel);
  const links = [
    ...(page > 1 ? [at(page - 1, 'prev')] : []),
    ...(page < last ? [at(page + 1, 'next')] : []),
    at(1, 'first'),
    at(last, 'last'),
  ];
  return {
    page: items.slice((page - 1) * perPage, page * perPage),
    headers: {
      link: links.join(', '),
      'x-page': String(page),
      'x-per-page': String(perPage),
      'x-next-page': page < last ? String(page + 1) : '',
      'x-prev-page': page > 1 ? String(page - 1) : '',
      'x-total': String(items.length),
      'x-total-pages': String(last),
    },
  };
}

function encode(id: string): string {
  return Buffer.from(JSON.stringify({ id })).toString('base64url');
}

function decode(cursor: string | undefined): string {
  const value: unknown = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString('utf8'));
  return z.object({ id: z.string() }).parse(value).id;
}
