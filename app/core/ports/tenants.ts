import type { Provider, RepoRef } from '../domain/host/repo.ts';
import type { ApprovalNeed } from '../domain/run/run-task.ts';

/** Who shares what is seen. `id` is short and lower-case, for addresses; `name` is for people. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
}

/** Tenants and what belongs to them. Errors are those of `store.ts`. */
export interface Tenants {
  /** Adds a tenant; one that is there already stays as it is. Throws AppError `invalid` for an id that is none. */
  add(tenant: Tenant): Promise<void>;
  /** From now on the repository's new requests belong to this tenant; what was asked before stays where it is. */
  own(tenantId: string, repo: { readonly provider: Provider; readonly id: number }): Promise<void>;
}

/** A repository in which clients of a tenant may ask for work. Times are ISO 8601 UTC. */
export interface RepositoryLink {
  readonly id: string;
  readonly tenantId: string;
  readonly repo: RepoRef;
  /** What must be approved of a request that is made through it, besides what the repository's configuration asks for. */
  readonly approval: ApprovalNeed;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Links of tenants to repositories. A repository that was given to another tenant since has none here. Errors are those of `store.ts`. */
export interface RepositoryLinks {
  /** `foreign`: the repository belongs to another tenant. `exists`: the tenant has a link to it. Adding the same again is `added`. */
  add(link: Omit<RepositoryLink, 'createdAt' | 'updatedAt'>): Promise<'added' | 'exists' | 'foreign'>;
  find(tenantId: string, id: string): Promise<RepositoryLink | undefined>;
  /** Newest first, at most `countMax`. */
  list(tenantId: string, countMax: number): Promise<readonly RepositoryLink[]>;
  /** False when the tenant has no such link. What was asked through it goes on. */
  remove(tenantId: string, id: string): Promise<boolean>;
}
