import type { Context } from 'hono';
import { cursorAfter, readCursor, type PageQuery } from '#core/contracts/http/pages.ts';
import { AppError } from '#core/domain/errors.ts';
import type { HistoryCursor, HistoryPage } from '#core/ports/history.ts';

/** The page a call asks for. @throws AppError `invalid` for a cursor that is none of ours. */
export function pageOf({ limit, cursor }: PageQuery): HistoryPage {
  if (cursor === undefined) return { after: null, countMax: limit };
  const after = readCursor(cursor);
  if (after === undefined)
    throw new AppError('invalid', 'Reading a page: the cursor is not one that a `Link` header gave');
  return { after, countMax: limit };
}

/** Says where the next page is when this one is full (RFC 8288), with everything else the call asked for kept. */
export function linkNextPage(
  context: Context,
  page: { readonly rows: readonly unknown[]; readonly last: HistoryCursor | undefined },
  countMax: number,
): void {
  if (page.last === undefined || page.rows.length < countMax) return;
  const query = new URLSearchParams(context.req.query());
  query.set('cursor', cursorAfter(page.last));
  context.header('link', `<${context.req.path}?${query.toString()}>; rel="next"`);
}

/** A page of rows that are listed in the order of their own time. */
export function pageOfRows<Row extends { readonly created_at: string; readonly id: string }>(rows: readonly Row[]) {
  const last = rows.at(-1);
  return { rows, last: last && { createdAt: last.created_at, id: last.id } };
}
