import { Client } from 'pg';
import { z } from 'zod';
import { fillRuns } from '../prisma/view/fill-runs.ts';

/** Events in the log of each run; a run that worked has hundreds, which its index finds no other way. */
const EVENTS = 3;
const TABLES = ['delivery', 'request', 'run', 'run_log', 'run_result'];

const Index = z.array(z.object({ name: z.string(), definition: z.string() }));

/**
 * What is read with a run: its log, and for every third, which made a change, a diff of some hundred bytes; in the order of their
 * keys, which are random, because a key that is filled in its order takes a fraction of the time.
 */
const BESIDES = [
  `insert into run_log (request_id, position, run_id, event)
   select run.request_id, position, run.id, jsonb_build_object('v', 1, 'type', 'log', 'stage', 'codex',
     'message', 'line ' || position, 'request_id', run.request_id, 'run_id', run.id, 'created_at', '2026-01-01T00:00:00.000Z')
   from run cross join generate_series(1, ${EVENTS}) as position order by run.request_id, position`,
  `insert into run_result (run_id, patch) select id, convert_to(repeat('+one line more' || chr(10), 40), 'UTF8')
   from run where change is not null order by id`,
];

/**
 * Fills a migrated database with settled runs, each with a log. Indexes are made once the rows are there, and references not
 * looked at, which saves most of the time.
 */
export async function fillHistory(url: string, runs: number): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query(
      `select indexname as name, indexdef as definition from pg_indexes
       where schemaname = 'public' and tablename = any ($1) and indexname not like '%_pkey'`,
      [TABLES],
    );
    const indexes = Index.parse(rows);
    await client.query('set session_replication_role = replica');
    await client.query(`set maintenance_work_mem = '512MB'`);
    for (const { name } of indexes) await client.query(`drop index ${name}`);
    for (const statement of [...fillRuns(runs), ...BESIDES]) await client.query(statement);
    for (const { definition } of indexes) await client.query(definition);
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}
