import { existsSync } from 'node:fs';
import { AppError } from '#core/domain/errors.ts';
import type { TenantRows } from '#core/ports/access/tenants.ts';
import { Base, readConfig } from '../../app/config.ts';
import { runRoot } from '../../app/process.ts';
import { openStore } from '../../prisma/store.ts';
import { storeLocation } from './store-location.ts';
import { readTenantOptions, TENANT_USAGE } from './tenant-options.ts';

const ENV_FILE = '.env';
const COUNT_WIDTH = 12;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function sayRows(counted: readonly TenantRows[]): void {
  for (const { table, rows } of counted)
    if (rows !== 0) say(`${(rows === null ? 'very many' : String(rows)).padStart(COUNT_WIDTH)}  ${table}`);
}

async function main(): Promise<void> {
  const options = readTenantOptions(process.argv.slice(2));
  if (options === 'help') return say(TENANT_USAGE);
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE);
  const { store } = await openStore(storeLocation(readConfig(Base, process.env)));
  try {
    const tenant = await store.tenants.read(options.id);
    if (tenant === undefined) throw new AppError('missing', `There is no tenant ${options.id} in this database.`);
    if (options.confirmed) {
      sayRows(await store.tenants.erase(tenant.id));
      return say(`Everything of ${tenant.name} (${tenant.id}) is deleted.`);
    }
    sayRows(await store.tenants.count(tenant.id));
    say(
      `This is what there is of ${tenant.name} (${tenant.id}). To delete it: npm run tenant -- delete ${tenant.id} --confirm ${tenant.id}`,
    );
  } finally {
    await store.close();
  }
}

await runRoot(main);
