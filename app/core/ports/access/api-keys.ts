import type { Scope } from '../../domain/rules/access.ts';

/** A client's key, without what would let anybody use it. Times are ISO 8601 UTC. */
export interface ApiKey {
  readonly id: string;
  readonly tenantId: string;
  /** Who made it and answers for it. */
  readonly owner: string;
  /** The same as a person (`Identity.person`); null for a key that was made before that was kept. */
  readonly ownerId: string | null;
  readonly name: string;
  /** Its first characters, so that people can tell keys apart. */
  readonly preview: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: string;
  /** Null: it does not expire. */
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** Keys of API clients, by the hash of the key. Errors are those of `store.ts`. */
export interface ApiKeys {
  add(key: Omit<ApiKey, 'createdAt' | 'lastUsedAt' | 'revokedAt'>, hash: string): Promise<ApiKey>;
  /** The key that can be used now: neither revoked nor expired. Notes the use, at most once a minute. */
  use(hash: string): Promise<ApiKey | undefined>;
  /** Keys of a tenant, newest first, revoked and expired ones included; at most `countMax`. */
  list(tenantId: string, countMax: number): Promise<readonly ApiKey[]>;
  /** False when the tenant has no such key. Revoking again changes nothing. */
  revoke(tenantId: string, id: string): Promise<boolean>;
}

/** Makes keys and the hashes they are known by. */
export interface KeyMint {
  /** A new key of 256 random bits, its hash, and what of it may be shown later. */
  mint(): { readonly key: string; readonly hash: string; readonly preview: string };
  /** The hash of a key as a client sends it; undefined for what is no key of ours. */
  hashOf(key: string): string | undefined;
  /** Whether it is the key that the operator has configured. */
  isAdminKey(key: string): boolean;
}
