import { z } from 'zod';
import { SCOPES } from '#core/domain/rules/access.ts';
import type { ApiKey, ApiKeys } from '#core/ports/access/api-keys.ts';
import { viaPrisma, type Database } from '../database/database.ts';
import { storableText } from '../database/storable.ts';
import type { ApiKey as ApiKeyRow } from '../generated/client.ts';

/** A key in steady use must not cost a write per call. */
const USE = `
  with usable as (
    select id, last_used_at from api_key
    where key_hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())
  ), noted as (
    update api_key set last_used_at = now() from usable
    where api_key.id = usable.id and (usable.last_used_at is null or usable.last_used_at < now() - interval '1 minute')
    returning api_key.id
  )
  select usable.id from usable left join noted on noted.id = usable.id`;

const IdRow = z.object({ id: z.string() });
const Scopes = z.array(z.enum(SCOPES));

function storedKey(row: ApiKeyRow): ApiKey {
  const { id, tenantId, owner, ownerId, name, preview } = row;
  return {
    id,
    tenantId,
    owner,
    ownerId,
    name,
    preview,
    scopes: Scopes.parse(row.scopes),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}

/** API keys on a database. */
export function openApiKeys({ prisma, rows }: Database): ApiKeys {
  return {
    async add({ scopes, ...key }, hash) {
      const row = await viaPrisma('Adding an API key', () =>
        prisma.apiKey.create({ data: { ...key, name: storableText(key.name), scopes: [...scopes], keyHash: hash } }),
      );
      return storedKey(row);
    },
    async use(hash) {
      const [usable] = await rows(IdRow, { action: 'Looking an API key up', text: USE, values: [hash] });
      if (usable === undefined) return undefined;
      const row = await viaPrisma('Reading an API key', () => prisma.apiKey.findUnique({ where: { id: usable.id } }));
      return row === null ? undefined : storedKey(row);
    },
    async list(tenantId, countMax) {
      const found = await viaPrisma('Listing API keys', () =>
        prisma.apiKey.findMany({
          where: { tenantId },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          take: countMax,
        }),
      );
      return found.map(storedKey);
    },
    async revoke(tenantId, id) {
      if (!z.uuid().safeParse(id).success) return false;
      const text = `
        update api_key set revoked_at = coalesce(revoked_at, now()) where tenant_id = $1 and id = $2::uuid returning id`;
      return (await rows(IdRow, { action: 'Revoking an API key', text, values: [tenantId, id] })).length > 0;
    },
  };
}
