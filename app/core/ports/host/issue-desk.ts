import type { RepoRef } from '../../domain/host/repo.ts';

/** An issue on the host: a `Placed` of `vcs.ts` with its number, which is also its `externalId`, so that the ledger has it. */
export interface PlacedIssue {
  readonly externalId: string;
  readonly url: string;
  readonly number: number;
}

/** An issue to open. `body` is Markdown, redacted and harmless, and holds the marker; a label that is not there yet is made. */
export interface IssueDraft {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

/** Opens issues of our own. The natural key is a hidden marker in the body. Errors are those of `vcs.ts`. */
export interface IssueDesk {
  /**
   * Our own issue whose body holds `marker`, open or closed, among those made since `since` (ISO time); undefined when there is
   * none. `unavailable` rather than undefined when there are more than can be looked through.
   */
  findIssue(repo: RepoRef, by: { marker: string; since: string }): Promise<PlacedIssue | undefined>;
  /** `missing` also where the repository has no issues. */
  openIssue(repo: RepoRef, draft: IssueDraft): Promise<PlacedIssue>;
  /** Opens a closed issue again; one that is open stays so. */
  reopenIssue(repo: RepoRef, number: number): Promise<void>;
}
