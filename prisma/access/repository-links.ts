import { z } from 'zod';
import { PROVIDERS } from '#core/domain/host/repo.ts';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import type { RepositoryLink, RepositoryLinks } from '#core/ports/access/tenants.ts';
import type { Database } from '../database/database.ts';

/** For `where`: whose the repository (provider, number) is, as the statement that submits a request decides it. */
const ownerOf = (provider: string, repoId: string) => `coalesce((
  select owned.tenant_id from tenant_repository as owned
  where owned.provider = ${provider} and owned.repo_id = ${repoId}), '${FIRST_TENANT}')`;

const ADD = `
  insert into repository_link (
    id, tenant_id, provider, installation_id, repo_id, repo_owner, repo_name, approval, created_by)
  select $1::uuid, $2, $3, $4::bigint, $5::bigint, $6, $7, $8, $9
  where ${ownerOf('$3', '$5::bigint')} = $2
  on conflict do nothing returning id`;

const COLUMNS = `id, tenant_id, provider, installation_id, repo_id, repo_owner, repo_name, approval, created_by, created_at, updated_at`;
const OWNED = `tenant_id = $1 and ${ownerOf('repository_link.provider', 'repository_link.repo_id')} = $1`;
const FIND = `select ${COLUMNS} from repository_link where ${OWNED} and id = $2::uuid`;
const LIST = `select ${COLUMNS} from repository_link where ${OWNED} order by created_at desc, id desc limit $2`;
const LINKED = `select id from repository_link where tenant_id = $1 and provider = $2 and repo_id = $3::bigint`;
const REMOVE = `delete from repository_link where tenant_id = $1 and id = $2::uuid returning id`;

const IdRow = z.object({ id: z.string() });
const LinkRow = z.object({
  id: z.string(),
  tenant_id: z.string(),
  provider: z.enum(PROVIDERS),
  installation_id: z.coerce.number(),
  repo_id: z.coerce.number(),
  repo_owner: z.string(),
  repo_name: z.string(),
  approval: z.enum(['none', 'plan', 'publish']),
  created_by: z.string(),
  created_at: z.date(),
  updated_at: z.date(),
});

function storedLink(row: z.infer<typeof LinkRow>): RepositoryLink {
  const { provider, repo_owner: owner, repo_name: name } = row;
  return {
    id: row.id,
    tenantId: row.tenant_id,
    repo: { provider, installationId: row.installation_id, id: row.repo_id, owner, name },
    approval: row.approval,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** Repository links on a database. */
export function openRepositoryLinks({ rows }: Database): RepositoryLinks {
  return {
    async add({ id, tenantId, repo, approval, createdBy }) {
      const { provider, installationId, id: repoId, owner, name } = repo;
      const values = [id, tenantId, provider, installationId, repoId, owner, name, approval, createdBy];
      const action = 'Linking a repository';
      if ((await rows(IdRow, { action, text: ADD, values })).length > 0) return 'added';
      const [linked] = await rows(IdRow, { action, text: LINKED, values: [tenantId, provider, repoId] });
      if (linked === undefined) return 'foreign';
      return linked.id === id ? 'added' : 'exists';
    },
    async find(tenantId, id) {
      if (!z.uuid().safeParse(id).success) return undefined;
      const action = 'Reading a repository link';
      const [row] = await rows(LinkRow, { action, text: FIND, values: [tenantId, id] });
      return row && storedLink(row);
    },
    async list(tenantId, countMax) {
      const action = 'Listing repository links';
      return (await rows(LinkRow, { action, text: LIST, values: [tenantId, countMax] })).map(storedLink);
    },
    async remove(tenantId, id) {
      if (!z.uuid().safeParse(id).success) return false;
      const action = 'Removing a repository link';
      return (await rows(IdRow, { action, text: REMOVE, values: [tenantId, id] })).length > 0;
    },
  };
}
