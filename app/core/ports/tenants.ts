import type { Provider } from '../domain/host/repo.ts';

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
  /** From now on the repository's new requests belong to this tenant; what was asked before stays where it is. */
  own(tenantId: string, repo: { readonly provider: Provider; readonly id: number }): Promise<void>;
  /** The tenant of an id; undefined when there is none. */
  find(tenantId: string): Promise<Tenant | undefined>;
  /** What there is of a tenant, by table. */
  count(tenantId: string): Promise<readonly TenantRows[]>;
  /**
   * Deletes everything of a tenant and the tenant itself, in small batches; one that was cut short is begun anew by the next call.
   * Of the first tenant the entry itself stays, since new requests fall to it. Returns what was deleted, by table. Throws
   * AppError `missing` when there is none, `conflict` while a run of it is under way or when something new came in meanwhile.
   */
  erase(tenantId: string): Promise<readonly TenantRows[]>;
}
