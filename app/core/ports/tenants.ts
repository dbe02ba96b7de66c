import type { Provider } from '../domain/host/repo.ts';
import type { ApiKeys } from './api-keys.ts';
import type { SignInLinks, UserSessions } from './user-sessions.ts';

/** Who shares what is seen. `id` is short and lower-case, for addresses; `name` is for people. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
}

/** Rows of one table that belong to a tenant; null where counting them took too long. */
export interface TenantRows {
  readonly table: string;
  readonly rows: number | null;
}

/** Tenants and what belongs to them. Errors are those of `store.ts`. */
export interface Tenants {
  /** Adds a tenant; one that is there already stays as it is. Throws AppError `invalid` for an id that is none. */
  add(tenant: Tenant): Promise<void>;
  /** The tenant of that id, when there is one. */
  read(tenantId: string): Promise<Tenant | undefined>;
  /** From now on the repository's new requests belong to this tenant; what was asked before stays where it is. */
  own(tenantId: string, repo: { readonly provider: Provider; readonly id: number }): Promise<void>;
  /** What there is of a tenant, by table. */
  count(tenantId: string): Promise<readonly TenantRows[]>;
  /**
   * Deletes everything of a tenant and the tenant itself, in small batches; one that was cut short is begun anew by the next call.
   * Of the first tenant the entry itself stays, since new requests fall to it. Returns what was deleted, by table. Throws
   * AppError `missing` when there is none, `conflict` while a run of it is under way or when something new came in meanwhile.
   */
  erase(tenantId: string): Promise<readonly TenantRows[]>;
}

/** The part of the store that says who may do what, and for which tenant. */
export interface AccessStore {
  readonly tenants: Tenants;
  readonly apiKeys: ApiKeys;
  readonly userSessions: UserSessions;
  readonly signInLinks: SignInLinks;
}
