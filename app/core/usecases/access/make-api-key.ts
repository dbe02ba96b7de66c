import type { ApiKeyView, MadeApiKey, NewApiKey } from '../../contracts/http/api-keys.ts';
import { mayGrant, type Identity } from '../../domain/rules/access.ts';
import { AppError } from '../../domain/errors.ts';
import type { ApiKey, ApiKeys, KeyMint } from '../../ports/access/api-keys.ts';
import type { Runtime } from '../../ports/runtime.ts';

/** What keys are made with. */
export interface ApiKeyDeps {
  readonly store: { readonly apiKeys: ApiKeys };
  readonly keyMint: KeyMint;
  readonly runtime: Runtime;
}

const DAY_MS = 86_400_000;

/**
 * Makes a key for the caller's tenant and gives it, once: what is kept lets nobody use it.
 * @throws AppError `denied` for scopes that the caller does not have.
 */
export async function makeApiKey(deps: ApiKeyDeps, by: Identity, wanted: NewApiKey): Promise<MadeApiKey> {
  if (!mayGrant(by.actions, wanted.scopes)) {
    throw new AppError('denied', 'Making an API key: nobody can give a key more than they may do themselves');
  }
  const { key, hash, preview } = deps.keyMint.mint();
  const now = deps.runtime.now();
  const days = wanted.expires_in_days;
  const made = await deps.store.apiKeys.add(
    {
      id: deps.runtime.id(),
      tenantId: by.tenantId,
      owner: by.name,
      ownerId: by.person,
      name: wanted.name,
      preview,
      scopes: [...new Set(wanted.scopes)],
      expiresAt: days === undefined ? null : new Date(Date.parse(now) + days * DAY_MS).toISOString(),
    },
    hash,
  );
  return { ...apiKeyView(made, now), key };
}

/** A key as clients see it at a moment. */
export function apiKeyView(key: ApiKey, now: string): ApiKeyView {
  const { id, name, preview, owner } = key;
  return {
    id,
    name,
    preview,
    owner,
    scopes: [...key.scopes],
    created_at: key.createdAt,
    last_used_at: key.lastUsedAt,
    expires_at: key.expiresAt,
    is_active: key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now),
  };
}
