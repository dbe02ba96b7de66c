import path from 'node:path';
import { Client, type Pool } from 'pg';
import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { RunLogStream } from '#core/ports/run-log.ts';
import type { Store } from '#core/ports/store.ts';
import { openAlerts } from './alert/alerts.ts';
import { openIncidents } from './alert/incidents.ts';
import { openApiKeys } from './access/api-keys.ts';
import { openAttachments } from './access/attachments.ts';
import { openIdempotentCalls } from './access/idempotent-calls.ts';
import { openRepositoryLinks } from './access/repository-links.ts';
import { openPostgres, poolConfig, quietPool } from './database/client.ts';
import { openConversations } from './conversation/conversations.ts';
import type { Database } from './database/database.ts';
import { openEffects } from './run/effects.ts';
import { openHealing } from './conversation/healing.ts';
import { openHeard } from './conversation/heard.ts';
import { openHistory } from './view/history.ts';
import { openInbox } from './conversation/inbox.ts';
import { openListening } from './conversation/listening.ts';
import { migrate } from './database/migrate.ts';
import { openModelCalls } from './run/model-calls.ts';
import { openOutbox } from './database/outbox.ts';
import type { PglitePool } from './database/pglite-pool.ts';
import { openPglite, type PgliteLocation } from './database/pglite.ts';
import { openReports } from './run/reports.ts';
import { openRunLog } from './run/run-log.ts';
import { openRunLogStream } from './run/run-log-stream.ts';
import { openRuns } from './run/runs.ts';
import { openSweeps } from './run/sweeps.ts';
import { openPruning } from './run/pruning.ts';
import { openOverviews } from './view/overview.ts';
import { openProcessNotes } from './access/process-notes.ts';
import { openSignInLinks } from './access/sign-in-links.ts';
import { openTenants } from './access/tenants.ts';
import { openUserSessions } from './access/user-sessions.ts';
import { openWriteBudget } from './conversation/write-budget.ts';

const MIGRATIONS = path.join(import.meta.dirname, 'migrations');
/** How long a starting process waits for another one that is migrating. */
const MIGRATION_LOCK_TIMEOUT_MS = 60_000;

/** Where the truth is kept: a Postgres server, or an embedded one in a directory or in memory. */
export type StoreLocation =
  { readonly kind: 'postgres'; readonly url: string } | ({ readonly kind: 'pglite' } & PgliteLocation);

/** What a composition root gets. Closing `store` closes all of it. */
export interface OpenedStore {
  readonly store: Store;
  /** For a queue in the same database: BullMQ's PostgreSQL backend, whose tables live in schema `bullmq`. */
  readonly queuePool: Pool | PglitePool;
  /** Live run log without Redis. */
  readonly runLogStream: RunLogStream;
}

function storeOn(database: Database, close: () => Promise<void>): Store {
  return {
    inbox: openInbox(database),
    runs: openRuns(database),
    conversations: openConversations(database),
    log: openRunLog(database),
    effects: openEffects(database),
    reports: openReports(database),
    outbox: openOutbox(database),
    sweeps: openSweeps(database),
    pruning: openPruning(database),
    modelCalls: openModelCalls(database),
    healing: openHealing(database),
    heard: openHeard(database),
    listening: openListening(database),
    history: openHistory(database),
    overviews: openOverviews(database),
    processNotes: openProcessNotes(database),
    apiKeys: openApiKeys(database),
    tenants: openTenants(database),
    userSessions: openUserSessions(database),
    signInLinks: openSignInLinks(database),
    links: openRepositoryLinks(database),
    alerts: openAlerts(database),
    incidents: openIncidents(database),
    attachments: openAttachments(database),
    idempotentCalls: openIdempotentCalls(database),
    writeBudget: openWriteBudget(database),
    async ping() {
      await database.rows(z.unknown(), { action: 'Asking the database', text: 'select 1' });
    },
    close,
  };
}

async function migratePostgres(url: string): Promise<void> {
  const { connectionTimeoutMillis } = poolConfig(url, '');
  const client = new Client({
    connectionString: url,
    application_name: 'astraforge-migrate',
    ...(connectionTimeoutMillis === undefined ? {} : { connectionTimeoutMillis }),
    lock_timeout: MIGRATION_LOCK_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (thrown) {
    throw new AppError('unavailable', 'Migrating: the database did not answer', { cause: thrown });
  }
  try {
    await migrate(
      { exec: (text) => client.query(text), query: (text, values) => client.query(text, [...values]) },
      MIGRATIONS,
    );
  } finally {
    await client.end();
  }
}

async function openOnPostgres(url: string): Promise<OpenedStore> {
  await migratePostgres(url);
  const database = openPostgres(url);
  const queuePool = quietPool({ ...poolConfig(url, 'astraforge-queue'), options: '-c search_path=bullmq' });
  const close = async () => {
    await database.close();
    await queuePool.end();
  };
  const store = storeOn(database, close);
  return { store, queuePool, runLogStream: openRunLogStream(database, store.log) };
}

async function openEmbedded(location: PgliteLocation): Promise<OpenedStore> {
  const database = await openPglite(location);
  const { pglite } = database;
  try {
    await migrate(
      { exec: (text) => pglite.exec(text), query: (text, values) => pglite.query(text, [...values]) },
      MIGRATIONS,
    );
  } catch (thrown) {
    await database.close();
    throw thrown;
  }
  const store = storeOn(database, () => database.close());
  return { store, queuePool: database.pool, runLogStream: openRunLogStream(database, store.log) };
}

/**
 * Opens the store and brings its tables up to date.
 * @throws AppError `unavailable` when the database does not answer, `conflict` when its migrations are not ours or when
 * another process holds the directory.
 */
export function openStore(location: StoreLocation): Promise<OpenedStore> {
  return location.kind === 'postgres' ? openOnPostgres(location.url) : openEmbedded(location);
}
