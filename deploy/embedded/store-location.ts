import { existsSync } from 'node:fs';
import { ConfigError, type Base } from '../../app/config.ts';
import type { StoreLocation } from '../../prisma/store.ts';

/** Where the database is that an operator's command is about. @throws ConfigError where there is none: it would be made. */
export function storeLocation({ DATABASE_URL: url, DATA_DIRECTORY: data }: Base): StoreLocation {
  if (url !== undefined) return { kind: 'postgres', url };
  const directory = `${data}/database`;
  if (existsSync(directory)) return { kind: 'pglite', directory };
  throw new ConfigError(`There is no database in ${directory}: set DATA_DIRECTORY, or DATABASE_URL.`);
}
