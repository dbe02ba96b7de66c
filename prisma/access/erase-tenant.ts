import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { PROVIDERS } from '#core/domain/host/repo.ts';
import type { Tenants, TenantRows } from '#core/ports/access/tenants.ts';
import type { Database } from '../database/database.ts';
import { UNDER_WAY } from '../run/claim-fence.ts';
import { TENANT_TABLES, type TenantTable } from './tenant-tables.ts';

/** Rows of one statement, so that none holds many for long. */
const ROWS_MAX = 2_000;

const REFERRERS = TENANT_TABLES.filter(({ delivered }) => delivered === true).map(({ table }) => table);

/** A delivery that brought something of another kind as well goes with that. */
const freed = (table: string): string => `, freed as (
  delete from delivery where id in (select delivery_id from gone) ${REFERRERS.filter((other) => other !== table)
    .map((other) => `and not exists (select from ${other} where ${other}.delivery_id = delivery.id)`)
    .join(' ')} returning id)`;

/** Rows are named by where they are, which costs no index and holds for the length of one statement. */
const erasing = ({ table, where, delivered }: TenantTable): string => `
  with doomed as (
    select ctid from ${table} where ${where} limit ${ROWS_MAX} for update
  ), gone as (
    delete from ${table} using doomed where ${table}.ctid = doomed.ctid
    returning ${delivered === true ? `${table}.delivery_id` : '1'}
  )${delivered === true ? freed(table) : ''}
  select (select count(*) from gone)::integer as count, ${delivered === true ? '(select count(*) from freed)::integer' : '0'} as deliveries`;

/**
 * Deliveries that led to nothing are of no tenant: only their bodies tell of a repository. Those that may tell of one of the
 * tenant's are emptied ahead of their time, which costs nothing but a look at them.
 */
const EMPTY_BODIES = `
  with emptied as (
    update delivery set body = null
    where body is not null and settled_at is not null and provider = $1 and position(convert_to(':' || $2, 'UTF8') in body) > 0
    returning id
  )
  select count(*)::integer as count from emptied`;

/** Calls of its clients: what was refused, or is not done yet, is known by its body alone. */
const EMPTY_CALLS = `
  with emptied as (
    update delivery set body = null, settled_at = coalesce(settled_at, now())
    where body is not null and provider = 'api'
      and position(convert_to('"tenant_id":' || to_json($1::text)::text, 'UTF8') in body) > 0
    returning id
  )
  select count(*)::integer as count from emptied`;

const REPOSITORIES = `
  select provider, repo_id::text as id from tenant_repository where tenant_id = $1
  union select provider, repo_id::text from request where tenant_id = $1`;

const BUSY = `select count(*)::integer as count from run where tenant_id = $1 and status in ${UNDER_WAY}`;

const CountRow = z.object({ count: z.number() });
const ErasedRow = z.object({ count: z.number(), deliveries: z.number() });
const RepositoryRow = z.object({ provider: z.enum(PROVIDERS), id: z.string() });

/** The part of {@link Tenants} that is about everything of one. */
export function openTenantEraser({ rows }: Database): Pick<Tenants, 'count' | 'erase'> {
  return {
    async count(tenantId) {
      const counted: TenantRows[] = [];
      for (const { table, where } of TENANT_TABLES)
        counted.push({ table, rows: await countOf(table, where, tenantId) });
      return counted;
    },

    async erase(tenantId) {
      const values = [tenantId];
      const [busy] = await rows(CountRow, { action: 'Counting runs under way', text: BUSY, values });
      const waiting = busy?.count ?? 0;
      if (waiting > 0)
        throw new AppError('conflict', `Deleting a tenant: ${waiting} of its runs are under way; cancel them or wait`);
      for (const { provider, id } of await rows(RepositoryRow, {
        action: 'Listing repositories',
        text: REPOSITORIES,
        values,
      }))
        await rows(CountRow, { action: 'Emptying deliveries', text: EMPTY_BODIES, values: [provider, id] });
      await rows(CountRow, { action: 'Emptying calls', text: EMPTY_CALLS, values });
      const erased = new Map<string, number>();
      for (const one of TENANT_TABLES) await eraseFrom(one, tenantId, erased);
      return [...erased].map(([table, count]) => ({ table, rows: count }));
    },
  };

  async function countOf(table: string, where: string, tenantId: string): Promise<number | null> {
    const text = `select count(*)::integer as count from ${table} where ${where}`;
    try {
      const [row] = await rows(CountRow, { action: `Counting ${table}`, text, values: [tenantId] });
      return row?.count ?? 0;
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.context['sqlState'] === QUERY_CANCELED) return null;
      throw thrown;
    }
  }

  async function eraseFrom(one: TenantTable, tenantId: string, erased: Map<string, number>): Promise<void> {
    const add = (table: string, count: number) => void erased.set(table, (erased.get(table) ?? 0) + count);
    for (;;) {
      const statement = { action: `Deleting from ${one.table}`, text: erasing(one), values: [tenantId] };
      const [row] = await rows(ErasedRow, statement).catch(refusedAsConflict);
      add(one.table, row?.count ?? 0);
      if (one.delivered === true) add('delivery', row?.deliveries ?? 0);
      if ((row?.count ?? 0) < ROWS_MAX) return;
    }
  }
}

/** SQLSTATE query_canceled: the statement took longer than it may. */
const QUERY_CANCELED = '57014';

/** Something that came in meanwhile refers to what was to go. */
function refusedAsConflict(thrown: unknown): never {
  if (thrown instanceof AppError && thrown.code === 'invalid')
    throw new AppError('conflict', 'Deleting a tenant: something new came in meanwhile; begin again', {
      cause: thrown,
    });
  throw thrown;
}
