import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { driverError } from './database-error.ts';

/** One session on which migrations run: `exec` takes several statements, `query` one with values. */
export interface MigrationSession {
  exec(text: string): Promise<unknown>;
  query(text: string, values: readonly unknown[]): Promise<{ rows: readonly unknown[] }>;
}

/** The lock under which Prisma's own `migrate` works, so that it and this wait for each other (prisma-engines, `LOCK_ID`). */
const ADVISORY_LOCK_ID = 72_707_369;

/** As `prisma migrate` makes it, so that either can go on where the other stopped (prisma-engines, `create_migrations_table`). */
const LEDGER = `create table if not exists _prisma_migrations (
  id varchar(36) primary key not null,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`;

const LedgerRows = z.array(z.object({ migration_name: z.string(), checksum: z.string(), finished: z.boolean() }));

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.toSorted().map(async (name) => {
      const sql = await readFile(path.join(directory, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Returns what is still to be applied. Migrations newer than all of ours are left alone: during a rolling update the
 * version before runs on the tables of the next one.
 */
function pending(known: readonly Migration[], ledger: z.infer<typeof LedgerRows>): Migration[] {
  const newest = known.at(-1)?.name ?? '';
  for (const { migration_name: name, checksum, finished } of ledger) {
    const context = { migration: name };
    if (!finished) {
      const message = `Migration ${name} failed half-way; repair the database and then run prisma migrate resolve`;
      throw new AppError('conflict', message, { context });
    }
    const ours = known.find((migration) => migration.name === name);
    if (ours === undefined && name <= newest) {
      throw new AppError('conflict', `The database has migration ${name}, which this version lacks`, { context });
    }
    if (ours !== undefined && ours.checksum !== checksum) {
      throw new AppError('conflict', `Migration ${name} was altered after it was applied`, { context });
    }
  }
  const applied = new Set(ledger.map((row) => row.migration_name));
  return known.filter(({ name }) => !applied.has(name));
}

async function apply(session: MigrationSession, { name, sql, checksum }: Migration): Promise<void> {
  const id = randomUUID();
  const begin = 'insert into _prisma_migrations (id, checksum, migration_name) values ($1, $2, $3)';
  await session.query(begin, [id, checksum, name]);
  try {
    // A script without transactions of its own is one on the simple protocol: it applies whole or not at all.
    await session.exec(sql);
  } catch (thrown) {
    // A script with transactions of its own leaves the one that failed open.
    await session.exec('rollback');
    await session.query('update _prisma_migrations set logs = $2 where id = $1', [id, String(thrown)]);
    throw new AppError('internal', `Migration ${name} failed`, { cause: thrown, context: { migration: name } });
  }
  await session.query('update _prisma_migrations set finished_at = now(), applied_steps_count = 1 where id = $1', [id]);
}

/**
 * Applies every `<name>/migration.sql` in `directory` that the database does not have, by name, and returns their names.
 * Keeps Prisma's books (`_prisma_migrations`) and holds Prisma's lock, so processes that start together wait for one.
 * @throws AppError `conflict` when an applied migration failed, was altered or is missing here; `internal` when one fails now;
 * `unavailable` when the database does not answer.
 */
export async function migrate(session: MigrationSession, directory: string): Promise<string[]> {
  const migrations = await readMigrations(directory);
  try {
    await session.query('select pg_advisory_lock($1)', [ADVISORY_LOCK_ID]);
    try {
      await session.exec(LEDGER);
      const { rows } = await session.query(
        `select migration_name, checksum, finished_at is not null as finished from _prisma_migrations
         where rolled_back_at is null order by started_at`,
        [],
      );
      const todo = pending(migrations, LedgerRows.parse(rows));
      for (const migration of todo) await apply(session, migration);
      return todo.map(({ name }) => name);
    } finally {
      await session.query('select pg_advisory_unlock($1)', [ADVISORY_LOCK_ID]);
    }
  } catch (thrown) {
    throw driverError(thrown, 'Migrating the database');
  }
}
