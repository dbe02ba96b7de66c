import type { RepoRef } from '../../domain/host/repo.ts';

/** Tells what became of changes on a host. Errors are those of every host's methods (`vcs.ts`). */
export interface ChangeHistory {
  /** The commit by which a change came into its base branch, and when (ISO 8601 UTC); undefined while it is not merged. */
  mergedAs(repo: RepoRef, number: number): Promise<{ sha: string; at: string; base: string } | undefined>;
  /** Whether `commit` is among those that `head` (a commit or a branch) has; undefined when the host does not know one of them. */
  isWithin(repo: RepoRef, commit: string, head: string): Promise<boolean | undefined>;
}
