import type { Provider, RepoRef } from '../../domain/host/repo.ts';
import type { ApprovalNeed } from '../../domain/run/run-task.ts';
import type { IdempotentCalls } from './api-calls.ts';
import type { ApiKeys } from './api-keys.ts';
import type { Attachments } from './attachments.ts';
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
  /** The tenant that new requests of a repository belong to. */
  ownerOf(repo: { readonly provider: Provider; readonly id: number }): Promise<string>;
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
  readonly links: RepositoryLinks;
  readonly attachments: Attachments;
  readonly idempotentCalls: IdempotentCalls;
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
