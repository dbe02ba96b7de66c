import type { Provider } from '../domain/host/repo.ts';
import type { ApiKeys } from './api-keys.ts';
import type { SignInLinks, UserSessions } from './user-sessions.ts';

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

/** The part of the store that says who may do what, and for which tenant. */
export interface AccessStore {
  readonly tenants: Tenants;
  readonly apiKeys: ApiKeys;
  readonly userSessions: UserSessions;
  readonly signInLinks: SignInLinks;
}
