import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import type { ApiKeys } from '#core/ports/access/api-keys.ts';
import type { StoreSubjects } from './store-subject.ts';

type NewKey = Parameters<ApiKeys['add']>[0];

const aHash = (): string => randomUUID().replaceAll('-', '').repeat(2);

function aKey(same: Partial<NewKey> = {}): NewKey {
  return {
    id: randomUUID(),
    tenantId: FIRST_TENANT,
    owner: 'ada',
    ownerId: 'https://issuer.example/1',
    name: 'ci',
    preview: 'af_12345',
    scopes: ['read'],
    expiresAt: null,
    ...same,
  };
}

/** What keeping API keys promises. */
export function apiKeysContract(subjectOf: StoreSubjects): void {
  describe('api keys', () => {
    beforeEach(() => subjectOf().empty());

    test('a key is found by its hash, and its use is noted', async () => {
      const { apiKeys } = subjectOf().store;
      const hash = aHash();
      const key = aKey({ scopes: ['read', 'run'] });
      expect(await apiKeys.add(key, hash)).toMatchObject({ ...key, lastUsedAt: null, revokedAt: null });
      expect(await apiKeys.use(hash)).toMatchObject(key);
      expect((await apiKeys.use(hash))?.lastUsedAt).toEqual(expect.any(String));
      expect(await apiKeys.use(aHash())).toBeUndefined();
    });

    test('a revoked key is of no use from the next call on, and stays listed', async () => {
      const { apiKeys } = subjectOf().store;
      const [hash, key] = [aHash(), aKey()];
      await apiKeys.add(key, hash);
      expect(await apiKeys.revoke(FIRST_TENANT, key.id)).toBe(true);
      expect(await apiKeys.use(hash)).toBeUndefined();
      const [listed] = await apiKeys.list(FIRST_TENANT, 10);
      expect(listed?.revokedAt).toEqual(expect.any(String));
      expect(await apiKeys.revoke(FIRST_TENANT, key.id)).toBe(true);
      expect((await apiKeys.list(FIRST_TENANT, 10))[0]?.revokedAt).toBe(listed?.revokedAt);
    });

    test('a key that has expired is of no use', async () => {
      const { apiKeys } = subjectOf().store;
      const [past, future] = [aHash(), aHash()];
      await apiKeys.add(aKey({ expiresAt: '2020-01-01T00:00:00.000Z' }), past);
      await apiKeys.add(aKey({ expiresAt: '2999-01-01T00:00:00.000Z' }), future);
      expect(await apiKeys.use(past)).toBeUndefined();
      expect(await apiKeys.use(future)).toBeDefined();
    });

    test('a tenant neither sees nor revokes the keys of another one', async () => {
      const { apiKeys, tenants } = subjectOf().store;
      await tenants.add({ id: 'umbra', name: 'Umbra' });
      const [hash, key] = [aHash(), aKey()];
      await apiKeys.add(key, hash);
      expect(await apiKeys.list('umbra', 10)).toEqual([]);
      expect(await apiKeys.revoke('umbra', key.id)).toBe(false);
      expect(await apiKeys.revoke(FIRST_TENANT, 'no-uuid')).toBe(false);
      expect(await apiKeys.use(hash)).toBeDefined();
    });
  });
}
