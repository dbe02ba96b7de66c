import { setImmediate as yieldToTimers } from 'node:timers/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { driverError } from './database-error.ts';
import type { Database } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import { PrismaClient } from '../generated/client.ts';
import { PglitePool } from './pglite-pool.ts';

/** The queue's tables are in a schema of their own; one session serves both, so it finds ours first and then the queue's. */
const SEARCH_PATH = 'set search_path to public, bullmq';

/** Where an embedded database lives: a directory (made when absent, held by one process) or nowhere but memory. */
export type PgliteLocation = { readonly directory: string } | { readonly memory: true };

/** An embedded {@link Database}, with the raw engine for migrations and a pool for the queue. */
export interface Embedded extends Database {
  readonly pglite: PGlite;
  readonly pool: PglitePool;
}

/** Oid of bytea (pg_type.dat). PGlite's own way to hex takes 1.4 ms for 10 KB, two thirds of recording a delivery. */
const BYTEA = 17;
const serializers = {
  [BYTEA]: ({ buffer, byteOffset, byteLength }: Uint8Array) =>
    `\\x${Buffer.from(buffer, byteOffset, byteLength).toString('hex')}`,
};

async function startEngine(directory: string | undefined): Promise<PGlite> {
  try {
    const pglite = await PGlite.create({
      serializers,
      ...(directory === undefined ? {} : { dataDir: path.join(directory, 'data') }),
    });
    await pglite.exec(SEARCH_PATH);
    return pglite;
  } catch (thrown) {
    throw new AppError('unavailable', 'The embedded database did not start', { cause: thrown });
  }
}

/**
 * A {@link Database} in this process (PGlite: Postgres 18 as WebAssembly). Committed data survives the death of the
 * process, not a power cut: PGlite runs with `fsync` off.
 * @throws AppError `conflict` when another process holds the directory, `unavailable` when the engine does not start.
 */
export async function openPglite(location: PgliteLocation): Promise<Embedded> {
  const directory = 'directory' in location ? path.resolve(location.directory) : undefined;
  const unlock = directory === undefined ? undefined : await lockDirectory(directory);
  const pglite = await startEngine(directory).catch(async (thrown: unknown) => {
    await unlock?.();
    throw thrown;
  });
  const prisma = new PrismaClient({ adapter: new PrismaPGlite(pglite) });
  return {
    pglite,
    prisma,
    pool: new PglitePool(pglite),
    async rows(row, { action, text, values }) {
      // PGlite answers on the microtask queue; without this, statements in a row starve timers and sockets.
      await yieldToTimers();
      const result = await pglite.query(text, [...(values ?? [])]).catch((thrown: unknown) => {
        throw driverError(thrown, action);
      });
      return z.array(row).parse(result.rows);
    },
    async listen(channel, heard) {
      const unlisten = await pglite.listen(channel, (payload) => setImmediate(heard, payload));
      return () => unlisten();
    },
    async close() {
      await prisma.$disconnect();
      if (!pglite.closed) await pglite.close();
      await unlock?.();
    },
  };
}
