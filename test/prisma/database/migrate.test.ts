import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { migrate, type MigrationSession } from '../../../prisma/database/migrate.ts';
import { openPglite, type Embedded } from '../../../prisma/database/pglite.ts';
import { openRuns } from '../../../prisma/run/runs.ts';
import { openStore } from '../../../prisma/store.ts';
import { openHistory } from '../../../prisma/view/history.ts';
import { describeWith } from '../../services/describe-with.ts';
import { startPostgres } from '../../services/start-postgres.ts';

let embedded: Embedded;
let session: MigrationSession;
let directory: string;

const MIGRATIONS = path.join(import.meta.dirname, '../../../prisma/migrations');
const FIRST = 'create table a (id int);';
const SECOND = 'create table b (id int); insert into b values (1), (2);';

beforeAll(async () => {
  embedded = await openPglite({ memory: true });
  const { pglite } = embedded;
  session = { exec: (text) => pglite.exec(text), query: (text, values) => pglite.query(text, [...values]) };
});
afterAll(() => embedded.close());
beforeEach(async () => {
  await embedded.pglite.exec('drop schema public cascade; create schema public');
  directory = await mkdtemp(path.join(tmpdir(), 'astraforge-migrations-'));
  await writeFile(path.join(directory, 'migration_lock.toml'), 'provider = "postgresql"\n');
  await write('20260101000000_first', FIRST);
  return () => rm(directory, { recursive: true });
});

async function write(name: string, sql: string): Promise<void> {
  await mkdir(path.join(directory, name), { recursive: true });
  await writeFile(path.join(directory, name, 'migration.sql'), sql);
}

async function ledger(): Promise<unknown[]> {
  const { rows } = await embedded.pglite.query(
    `select migration_name, checksum, finished_at is not null as finished, rolled_back_at, applied_steps_count, logs
     from _prisma_migrations order by started_at`,
  );
  return rows;
}

/** Writes a run with the columns of the first version, and returns its id. */
async function oldRun(): Promise<string> {
  const id = randomUUID();
  const sha = createHash('sha256').update(id).digest('hex');
  await embedded.pglite.exec(`
    insert into delivery (id, provider, guid, event, body_sha256, body) values ('${id}', 'github', '${id}', 'e', '${sha}', '');
    insert into request (id, delivery_id, provider, installation_id, repo_id, repo_owner, repo_name, thread_kind,
      thread_number, thread_title, thread_body, trigger, requester_id, requester_login, requester_bot, prompt, state,
      base_ref, base_sha, version, created_at)
    values ('${id}', '${id}', 'github', 1, 1, 'o', 'n', 'issue', 1, 't', 'b', '{"kind":"thread"}', 1, 'l', false, 'p',
      'RECEIVED', 'main', 's', 1, now());
    insert into run (id, request_id, status, usage, commands, created_at)
    values ('${id}', '${id}', 'queued',
      '{"inputTokens":0,"cachedInputTokens":0,"outputTokens":0,"reasoningTokens":0}', '[]', now());`);
  return id;
}

test('each migration is applied once, by name, and booked as Prisma books it', async () => {
  await write('20260102000000_second', SECOND);
  expect(await migrate(session, directory)).toEqual(['20260101000000_first', '20260102000000_second']);
  expect(await migrate(session, directory)).toEqual([]);
  const booked = (name: string, sql: string) => ({
    migration_name: name,
    checksum: createHash('sha256').update(sql).digest('hex'),
    finished: true,
    rolled_back_at: null,
    applied_steps_count: 1,
    logs: null,
  });
  expect(await ledger()).toEqual([booked('20260101000000_first', FIRST), booked('20260102000000_second', SECOND)]);
});

test('a migration that was altered after it was applied is refused', async () => {
  await migrate(session, directory);
  await write('20260101000000_first', `${FIRST} -- harmless`);
  await write('20260102000000_second', SECOND);
  await expect(migrate(session, directory)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('altered'),
  });
  expect(await ledger()).toHaveLength(1);
});

test('a migration that fails leaves nothing of itself, and stands in the way until somebody has looked', async () => {
  await write('20260102000000_second', 'create table b (id int); create table b (id int);');
  await expect(migrate(session, directory)).rejects.toMatchObject({ code: 'internal' });
  const { rows } = await embedded.pglite.query(`select to_regclass('a') is not null as a, to_regclass('b') as b`);
  expect(rows).toEqual([{ a: true, b: null }]);
  await write('20260102000000_second', SECOND);
  await expect(migrate(session, directory)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('failed'),
  });
  await embedded.pglite.exec('update _prisma_migrations set rolled_back_at = now() where finished_at is null');
  expect(await migrate(session, directory)).toEqual(['20260102000000_second']);
});

test('a database of a newer version is accepted, one with a past of its own is not', async () => {
  await write('20260102000000_second', SECOND);
  await migrate(session, directory);
  await rm(path.join(directory, '20260102000000_second'), { recursive: true });
  expect(await migrate(session, directory)).toEqual([]);
  await write('20260103000000_third', 'create table c (id int);');
  await expect(migrate(session, directory)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('lacks'),
  });
});

test('a migration with transactions of its own keeps those that were done, and goes on after its cause was mended', async () => {
  const script = (sql: string) => `begin;\ncreate table if not exists b (id int);\ncommit;\nbegin;\n${sql};\ncommit;\n`;
  await write('20260102000000_second', script('create table c (id int); create table c (id int)'));
  await expect(migrate(session, directory)).rejects.toMatchObject({
    code: 'internal',
    message: 'Migration 20260102000000_second failed',
  });
  const tables = async () => (await embedded.pglite.query(`select to_regclass('b') as b, to_regclass('c') as c`)).rows;
  expect(await tables()).toEqual([{ b: 'b', c: null }]);
  await write('20260102000000_second', script('create table c (id int)'));
  await embedded.pglite.exec('update _prisma_migrations set rolled_back_at = now() where finished_at is null');
  expect(await migrate(session, directory)).toEqual(['20260102000000_second']);
  expect(await tables()).toEqual([{ b: 'b', c: 'c' }]);
});

/** Applies those of our migrations whose name is below. */
async function migrateBelow(name: string): Promise<void> {
  const older = await mkdtemp(path.join(tmpdir(), 'astraforge-older-'));
  const names = (await readdir(MIGRATIONS)).filter((one) => one < name);
  for (const one of names) await cp(path.join(MIGRATIONS, one), path.join(older, one), { recursive: true });
  await migrate(session, older);
  await rm(older, { recursive: true });
}

test('runs of before there were sources, and those that the version before goes on writing, are listed by their host', async () => {
  await migrateBelow('20261126192000_keeping');
  const before = await oldRun();
  await embedded.pglite.exec(`update run set provider = 'github', repo_id = 1, requester_id = 1`);
  expect((await migrate(session, MIGRATIONS)).length).toBeGreaterThan(1);
  const after = await oldRun();
  await embedded.pglite.exec(`update run set provider = 'gitlab' where id = '${after}'`);
  const listed = async (source: string) =>
    (await openHistory(embedded).runs('default', { source }, { after: null, countMax: 10 })).map(({ run }) => run.id);
  expect([await listed('github'), await listed('gitlab'), await listed('crm')]).toEqual([[before], [after], []]);
  const { rows } = await embedded.pglite.query(`select source from run`);
  expect(rows).toEqual([{ source: null }, { source: null }]);
  await expect(embedded.pglite.exec(`update run set source = ''`)).rejects.toThrow('run_source_check');
});

test('a run written by the first version is read by this one, and the first version can go on writing', async () => {
  const oldest = (await readdir(MIGRATIONS)).toSorted()[0] ?? '';
  const only = await mkdtemp(path.join(tmpdir(), 'astraforge-oldest-'));
  await cp(path.join(MIGRATIONS, oldest), path.join(only, oldest), { recursive: true });
  expect(await migrate(session, only)).toEqual([oldest]);
  await rm(only, { recursive: true });
  const before = await oldRun();
  expect((await migrate(session, MIGRATIONS)).length).toBeGreaterThan(0);
  const after = await oldRun();
  for (const runId of [before, after]) {
    const read = await openRuns(embedded).readRun(runId);
    expect(read?.run).toMatchObject({ tries: 0, costUsd: null, blocked: {}, savedBranch: null });
  }
});

describeWith(['postgres'], 'migrating on Postgres', () => {
  test('processes that start together migrate once', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const url = await postgres.createDatabase();
    const opened = await Promise.all(Array.from({ length: 4 }, () => openStore({ kind: 'postgres', url })));
    const { queuePool } = opened[0] ?? {};
    if (queuePool === undefined || !('totalCount' in queuePool)) throw new Error('not a server');
    const { rows } = await queuePool.query('select finished_at is not null as finished from public._prisma_migrations');
    const ours = (await readdir(MIGRATIONS, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    expect(z.array(z.object({ finished: z.boolean() })).parse(rows)).toEqual(ours.map(() => ({ finished: true })));
    await Promise.all(opened.map(({ store }) => store.close()));
  });

  test('a server that does not answer is reported as unavailable within two seconds', async () => {
    const startedAt = Date.now();
    const url = 'postgresql://nobody:nothing@127.0.0.1:1/none';
    await expect(openStore({ kind: 'postgres', url })).rejects.toMatchObject({ code: 'unavailable' });
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });
});
