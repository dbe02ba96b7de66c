import { afterAll, beforeAll } from 'vitest';
import { z } from 'zod';
import { PglitePool } from '../../prisma/database/pglite-pool.ts';
import { openStore, type OpenedStore } from '../../prisma/store.ts';
import { eraseTenantContract } from '../contract/erase-tenant.contract.ts';
import { describeWith } from '../services/describe-with.ts';
import { startPostgres, type Postgres } from '../services/start-postgres.ts';
import { emptyStore } from './empty-store.ts';

const Names = z.array(z.object({ name: z.string() }));
const Counts = z.array(z.object({ count: z.coerce.number() }));
const TABLES = `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`;

function subject(opened: OpenedStore) {
  const { queuePool } = opened;
  const query = async (text: string): Promise<unknown> =>
    (queuePool instanceof PglitePool ? await queuePool.query(text) : await queuePool.query(text)).rows;
  return {
    store: opened.store,
    empty: () => emptyStore(opened),
    tables: async () => Names.parse(await query(TABLES)).map(({ name }) => name),
    rowsOf: async (table: string) =>
      Counts.parse(await query(`select count(*) from public."${table}"`))[0]?.count ?? Number.NaN,
  };
}

let opened: OpenedStore;
beforeAll(async () => {
  opened = await openStore({ kind: 'pglite', memory: true });
});
afterAll(() => opened.store.close());
eraseTenantContract(() => subject(opened));

describeWith(['postgres'], 'on a Postgres server', () => {
  let postgres: Postgres;
  let served: OpenedStore;
  beforeAll(async () => {
    postgres = await startPostgres({ fsync: false });
    served = await openStore({ kind: 'postgres', url: await postgres.createDatabase() });
  });
  afterAll(async () => {
    await served.store.close();
    await postgres[Symbol.asyncDispose]();
  });
  eraseTenantContract(() => subject(served));
});
