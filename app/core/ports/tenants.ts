import type { Provider } from '../domain/host/repo.ts';

/** Who shares what is seen. `id` is short and lower-case, for addresses; `name` is for people. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
}

/** Tenants and what belongs to them. Errors are those of `store.ts`. */
export interface Tenants {
  /** Adds a tenant; one that is there already stays as it is. Throws AppError `invalid` for an id that is none. */
  add(tenant: Tenant): Promise<void>;
  /** The tenant of that id, when there is one. */
  read(tenantId: string): Promise<Tenant | undefined>;
  /** From now on the repository's new requests belong to this tenant; what was asked before stays where it is. */
  own(tenantId: string, repo: { readonly provider: Provider; readonly id: number }): Promise<void>;
}
