import type { RepoRef } from '../../domain/host/repo.ts';

/** How a change came into its base branch: the commit that brought it, when (ISO 8601 UTC), and that branch. */
export interface Merged {
  readonly sha: string;
  readonly at: string;
  readonly base: string;
}

/** Says what became of changes, and which commits are in which. Errors are those of `vcs.ts`. */
export interface ChangeHistory {
  /** The commit by which a change came into its base branch, and when; undefined while it is not merged. */
  mergedAs(repo: RepoRef, number: number): Promise<Merged | undefined>;
  /**
   * Whether `commit` (a full id) is among those that `head` (a commit or a branch) has; undefined when the host does not know
   * one of them, or sees nothing that the two have in common. What can be neither is not asked about.
   */
  isWithin(repo: RepoRef, commit: string, head: string): Promise<boolean | undefined>;
}
