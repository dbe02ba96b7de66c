import { PrismaPg } from '@prisma/adapter-pg';
import { Pool, type PoolConfig } from 'pg';
import { z } from 'zod';
import { driverError } from './database-error.ts';
import type { Database } from './database.ts';
import { PrismaClient } from '../generated/client.ts';
import { postgresListener } from './postgres-listener.ts';

/** Connections per process for data; the queue has a pool of its own when it lives in Postgres. */
const CONNECTIONS_MAX = 10;
const CONNECT_TIMEOUT_MS = 1_500;
/** The server gives a statement up first; the client's own limit is for a server that says nothing any more. */
const STATEMENT_TIMEOUT_MS = 8_000;
const QUERY_TIMEOUT_MS = 10_000;
/** A transaction that was begun and forgotten holds its locks for no longer than this. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
const IDLE_MS = 30_000;

/** Settings of a pool on `url`; every wait is bounded. */
export function poolConfig(url: string, applicationName: string): PoolConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_MS,
    keepAlive: true,
  };
}

/** A pool whose idle connections may break without ending the process; the next statement reports what is wrong. */
export function quietPool(config: PoolConfig): Pool {
  const pool = new Pool(config);
  // Each queue and worker on the pool listens for errors as well.
  pool.setMaxListeners(0);
  pool.on('error', () => undefined);
  return pool;
}

/** A {@link Database} on a Postgres server (15 or newer) at `url`. Connects at the first statement. */
export function openPostgres(url: string): Database & { readonly pool: Pool } {
  const pool = quietPool(poolConfig(url, 'astraforge'));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const listener = postgresListener({
    connectionString: url,
    application_name: 'astraforge-listen',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  return {
    pool,
    prisma,
    async rows(row, { action, text, values }) {
      const result = await pool.query({ text, values: [...(values ?? [])] }).catch((thrown: unknown) => {
        throw driverError(thrown, action);
      });
      return z.array(row).parse(result.rows);
    },
    listen: (channel, heard) => listener.listen(channel, heard),
    async close() {
      await listener.close();
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
