import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openStore, type OpenedStore } from '../../prisma/store.ts';
import { PglitePool } from '../../prisma/database/pglite-pool.ts';
import { openQueue } from '../../app/redis/job-queue.ts';
import { databaseFacts, schemaFacts } from './schema-facts.ts';

let opened: OpenedStore;

const Facts = z.array(z.object({ fact: z.string() }));

async function read(text: string): Promise<z.infer<typeof Facts>> {
  if (!(opened.queuePool instanceof PglitePool)) throw new Error('not embedded');
  return Facts.parse((await opened.queuePool.query(text)).rows);
}

beforeAll(async () => {
  opened = await openStore({ kind: 'pglite', memory: true });
});
afterAll(() => opened.store.close());

test('the migrated database has exactly the columns, keys, indexes and references that the Prisma schema names', async () => {
  const facts = await databaseFacts(read);
  expect(facts.length).toBeGreaterThan(80);
  expect(facts).toEqual(await schemaFacts());
});

test.each([
  ['alter table outbox add column extra text', 'alter table outbox drop column extra'],
  ['alter table run alter column epoch type bigint', 'alter table run alter column epoch type integer'],
  ['alter table delivery alter column event drop not null', 'alter table delivery alter column event set not null'],
  ['alter table effect alter column state drop default', `alter table effect alter column state set default 'planned'`],
  [
    'drop index run_request_id_created_at_idx',
    'create index run_request_id_created_at_idx on run (request_id, created_at)',
  ],
  ['create table stray (id int)', 'drop table stray'],
])('a database that differs is noticed: %s', async (drift, repair) => {
  await openedExec(drift);
  expect(await databaseFacts(read)).not.toEqual(await schemaFacts());
  await openedExec(repair);
  expect((await databaseFacts(read)).toSorted()).toEqual(await schemaFacts());
});

test('no table of the queue has the name of one of ours, because one session finds both', async () => {
  await (await openQueue({ pool: opened.queuePool })).close();
  const both = await read(
    `select a.relname as fact from pg_class a join pg_class b using (relname)
     where a.relnamespace = 'public'::regnamespace and b.relnamespace = 'bullmq'::regnamespace`,
  );
  expect(both).toEqual([]);
  expect(await read(`select relname as fact from pg_class where relnamespace = 'bullmq'::regnamespace`)).not.toEqual(
    [],
  );
});

async function openedExec(text: string): Promise<void> {
  if (!(opened.queuePool instanceof PglitePool)) throw new Error('not embedded');
  await opened.queuePool.query(text);
}
