import path from 'node:path';
import { defineConfig } from 'prisma/config';

/**
 * What the `prisma` command line reads; the processes themselves never do. `DATABASE_URL` is optional here, because
 * `generate`, `validate` and `format` need no database (https://www.prisma.io/docs/orm/reference/prisma-config-reference).
 */
const url = process.env['DATABASE_URL'];

export default defineConfig({
  schema: path.join(import.meta.dirname, 'schema.prisma'),
  migrations: { path: path.join(import.meta.dirname, 'migrations') },
  ...(url === undefined ? {} : { datasource: { url } }),
});
