import type { HistoryPage, RunFilter } from '#core/ports/history.ts';
import type { Statement } from '../database/database.ts';

/** Conditions of a statement and the values they speak of, gathered together so that none is numbered by hand. */
function gather() {
  const values: unknown[] = [];
  const conditions: string[] = [];
  return {
    values,
    text: (): string => conditions.join(' and '),
    /** Adds a condition; `$` in it stands for the next value. */
    add(condition: string, ...given: unknown[]): void {
      let at = values.length;
      conditions.push(condition.replaceAll('$', () => `$${(at += 1)}`));
      values.push(...given);
    },
  };
}

const OLDER = '(run.created_at, run.id) < ($::timestamptz, $::uuid)';

/** {@link RunFilter} with names resolved to the numbers that are in the index. */
export type NumberedFilter = Omit<RunFilter, 'repoName' | 'requesterLogin' | 'namesOf'>;

/**
 * The page of a tenant's runs that a filter lets through; rows of (id, created_at, diff_bytes), newest first. State, repository,
 * requester and source each have an index that is in the order of the list, and so have any two of state, repository and
 * requester, and state with source; what else is combined walks the runs of one repository or one person.
 */
export function runsPage(tenantId: string, filter: NumberedFilter, { after, countMax }: HistoryPage): Statement {
  const { values, text, add } = gather();
  add('run.tenant_id = $', tenantId);
  if (filter.requestId !== undefined) add('run.request_id = $::uuid', filter.requestId);
  if (filter.repo !== undefined) add('run.provider = $ and run.repo_id = $', filter.repo.provider, filter.repo.id);
  if (filter.status !== undefined) add('run.status = $', filter.status);
  if (filter.requester !== undefined)
    add('run.provider = $ and run.requester_id = $', filter.requester.provider, filter.requester.id);
  if (filter.source !== undefined) add('coalesce(run.source, run.provider) = $', filter.source);
  if (filter.since !== undefined) add('run.created_at >= $::timestamptz', filter.since);
  if (filter.until !== undefined) add('run.created_at < $::timestamptz', filter.until);
  if (after !== null) add(OLDER, after.createdAt, after.id);
  return { action: 'Listing runs', text: pageSql(text(), values.push(countMax)), values };
}

/** The newest run with a change of each request of a tenant that has one; rows as of {@link runsPage}. */
export function changesPage(tenantId: string, { after, countMax }: HistoryPage): Statement {
  const { values, text, add } = gather();
  add('run.tenant_id = $ and run.change is not null', tenantId);
  add(`not exists (
    select from run as later where later.request_id = run.request_id and later.change is not null
      and (later.created_at, later.id) > (run.created_at, run.id))`);
  if (after !== null) add(OLDER, after.createdAt, after.id);
  return { action: 'Listing changes', text: pageSql(text(), values.push(countMax)), values };
}

/** The size of a diff is in its row's head, so no diff is read for it. */
function pageSql(conditions: string, countAt: number): string {
  return `
    select page.id, page.created_at, coalesce(octet_length(run_result.patch), 0) as diff_bytes
    from (
      select run.id, run.created_at from run where ${conditions} order by run.created_at desc, run.id desc limit $${countAt}
    ) as page
    left join run_result on run_result.run_id = page.id
    order by page.created_at desc, page.id desc`;
}
