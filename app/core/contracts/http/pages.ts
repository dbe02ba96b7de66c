import { z } from 'zod';

/** Most rows of one page. */
const PAGE_ROWS_MAX = 200;
const PAGE_ROWS = 50;

/** How lists are read in pages. The address of the next one stands in the `Link` header (RFC 8288), `rel="next"`. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(PAGE_ROWS_MAX).default(PAGE_ROWS).describe('Rows of a page'),
  cursor: z.string().min(1).max(200).optional().describe('Where the page before ended, as its `Link` header says'),
});
export type PageQuery = z.infer<typeof PageQuery>;

const Place = z.tuple([z.iso.datetime(), z.uuid()]);

/** The cursor that stands for a row; opaque for clients. */
export function cursorAfter(row: { readonly createdAt: string; readonly id: string }): string {
  return `${row.createdAt}~${row.id}`;
}

/** The row that a cursor stands for; undefined for what is no cursor of ours. */
export function readCursor(cursor: string): { createdAt: string; id: string } | undefined {
  const place = Place.safeParse(cursor.split('~'));
  return place.success ? { createdAt: place.data[0], id: place.data[1] } : undefined;
}
