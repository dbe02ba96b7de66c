import type { RepoRef } from '../domain/host/repo.ts';

/** Whose budget it is: what an installation makes counts together, whichever worker makes it. */
export type BudgetOwner = Pick<RepoRef, 'provider' | 'installationId'>;

/** What may be made on a host, shared by all workers. Throws AppError `unavailable` when it cannot be asked. */
export interface WriteBudget {
  /** Takes one creation; when there is none left, how long to wait before asking again, and nothing is taken. */
  take(owner: BudgetOwner): Promise<{ kind: 'granted' } | { kind: 'wait'; waitMs: number }>;
  /** Grants nothing for `ms` milliseconds, because the host said so; a longer wait on record stays. */
  close(owner: BudgetOwner, ms: number): Promise<void>;
}
