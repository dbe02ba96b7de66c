import type { RepoRef } from '../domain/host/repo.ts';
import type { ApprovalNeed } from '../domain/run/run-task.ts';

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
