import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import type { Tenants } from '#core/ports/access/tenants.ts';
import { openTenantEraser } from './erase-tenant.ts';
import type { Database } from '../database/database.ts';

/** The check of the table says the same. */
const TENANT_ID = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const OwnerRow = z.object({ id: z.string() });
const TenantRow = z.object({ id: z.string(), name: z.string() });

/** Tenants on a database. */
export function openTenants(database: Database): Tenants {
  const { rows } = database;
  const run = async (action: string, text: string, values: readonly unknown[]): Promise<void> => {
    await rows(z.unknown(), { action, text, values });
  };
  const eraser = openTenantEraser(database);
  const read: Tenants['read'] = async (tenantId) => {
    const text = 'select id, name from tenant where id = $1';
    return (await rows(TenantRow, { action: 'Reading a tenant', text, values: [tenantId] })).at(0);
  };
  return {
    read,
    count: eraser.count,
    async erase(tenantId) {
      if ((await read(tenantId)) === undefined)
        throw new AppError('missing', `Deleting a tenant: there is none of the id ${tenantId}`);
      return eraser.erase(tenantId);
    },
    async add({ id, name }) {
      if (!TENANT_ID.test(id))
        throw new AppError('invalid', 'Adding a tenant: an id is lower-case letters, digits and hyphens');
      await run('Adding a tenant', 'insert into tenant (id, name) values ($1, $2) on conflict do nothing', [id, name]);
    },
    async own(tenantId, { provider, id }) {
      const text = `
        insert into tenant_repository (provider, repo_id, tenant_id) values ($1, $2, $3)
        on conflict (provider, repo_id) do update set tenant_id = excluded.tenant_id`;
      await run('Giving a repository to a tenant', text, [provider, id, tenantId]);
    },
    async ownerOf({ provider, id }) {
      const text = 'select tenant_id as id from tenant_repository where provider = $1 and repo_id = $2';
      const [row] = await rows(OwnerRow, { action: 'Asking whose a repository is', text, values: [provider, id] });
      return row?.id ?? FIRST_TENANT;
    },
  };
}
