import { ACTIONS, actionsOfScopes, type Identity } from '../../domain/rules/access.ts';
import { FIRST_TENANT } from '../../domain/rules/tenant.ts';
import type { ApiKeys, KeyMint } from '../../ports/access/api-keys.ts';

/** What callers are told apart with. */
export interface IdentifyCallerDeps {
  readonly store: { readonly apiKeys: Pick<ApiKeys, 'use'> };
  readonly keyMint: Pick<KeyMint, 'hashOf' | 'isAdminKey'>;
}

/** Whoever set the process up. */
const ADMINISTRATOR: Identity = {
  kind: 'api-key',
  id: 'admin',
  tenantId: FIRST_TENANT,
  role: null,
  name: 'administrator',
  person: 'operator',
  actions: new Set(ACTIONS),
};

/**
 * Who calls with this key; undefined for a key that is none, is revoked or has expired. The store is asked each time, so
 * that a revoked key is refused at once. Throws AppError `unavailable` when it does not answer: nobody is let in then.
 */
export async function identifyCaller(deps: IdentifyCallerDeps, key: string): Promise<Identity | undefined> {
  if (deps.keyMint.isAdminKey(key)) return ADMINISTRATOR;
  const hash = deps.keyMint.hashOf(key);
  const found = hash === undefined ? undefined : await deps.store.apiKeys.use(hash);
  if (found === undefined) return undefined;
  const { id, tenantId, owner, ownerId, scopes } = found;
  const actions = actionsOfScopes(scopes);
  return { kind: 'api-key', id, tenantId, role: null, name: owner, person: ownerId ?? `owner/${owner}`, actions };
}
