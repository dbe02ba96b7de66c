import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from './find-program.ts';
import type { Found } from './found.ts';

/** Where Debian keeps server binaries, one directory per major version; they are not on PATH. */
const DEBIAN_ROOT = '/usr/lib/postgresql';

/** The directory with `initdb` and `postgres`: Debian's newest, else the one on PATH. */
export function findPostgres(): Found<string> {
  const versions = existsSync(DEBIAN_ROOT) ? readdirSync(DEBIAN_ROOT) : [];
  const newestFirst = versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN_ROOT, version, 'bin'));
  const initdb = findProgram('initdb', newestFirst);
  return initdb === undefined
    ? { found: false, reason: 'no Postgres server binaries (apt-get install postgresql)' }
    : { found: true, value: dirname(initdb) };
}
