import type { RepoRef } from '../domain/repo.ts';
import type { GitAccess } from './vcs.ts';

/** A git bundle on the worker's disk; disposing removes the file. */
export interface Bundle extends AsyncDisposable {
  /** Absolute path on the worker. */
  readonly path: string;
  /** The one ref inside, e.g. `refs/heads/main`, pointing at `sha`. */
  readonly ref: string;
  readonly sha: string;
  readonly sizeBytes: number;
  /**
   * Commits whose parents are left out, when history is cut. A bundle cannot say so itself: these ids go, one per line,
   * into `.git/shallow` of an empty repository before it fetches `ref` from the bundle (`git clone` would refuse it).
   */
  readonly shallow?: readonly string[];
}

/** What a commit of ours says. Times are ISO 8601 UTC; the same draft on the same base always gives the same commit id. */
export interface CommitDraft {
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly date: string;
}

/** One changed path of a patch, as git sees it after applying the patch to the base. */
export interface ChangedPath {
  readonly path: string;
  /** Former path of a rename. */
  readonly from?: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed' | 'type-changed';
  /** Git mode after the change, e.g. `100644`, `100755`, `120000` (symlink), `160000` (submodule); `000000` when deleted. */
  readonly mode: string;
  readonly oldMode: string;
  /** Where a symlink points, when the mode is 120000. */
  readonly linkTarget?: string;
}

/** A commit made from a patch, not yet pushed. */
export interface PreparedCommit {
  readonly sha: string;
  readonly paths: readonly ChangedPath[];
  readonly additions: number;
  readonly deletions: number;
}

/**
 * The worker's own bare mirrors: fetch outside, hand in a bundle, publish a patch. No repository code runs here, no
 * working tree exists, and a token is never in argv, in a config file or in a URL.
 * Throws AppError: `unavailable` (network), `denied` (token refused), `missing` (commit not on the host),
 * `invalid` (patch does not apply), `conflict` (branch moved by somebody else).
 */
export interface Repositories {
  /** Brings the mirror up to date (only what is new) and writes a bundle holding exactly `base`. */
  bundle(repo: RepoRef, base: { ref: string; sha: string }, access: GitAccess): Promise<Bundle>;
  /**
   * Git's ids of the files at `paths` (as Git writes them, from the root of the tree) in commit `sha`; null where there is
   * none. A directory or a submodule has its id too. Reads the mirror only: `bundle` of the same commit comes first.
   * Throws AppError `missing` when the mirror does not have the commit, `invalid` for more than 1,000 paths.
   */
  blobIds(repo: RepoRef, sha: string, paths: readonly string[]): Promise<Readonly<Record<string, string | null>>>;
  /** Applies a binary-safe patch to `baseSha` inside the mirror; the patch must stem from collectPatch on that base. */
  commit(repo: RepoRef, change: { baseSha: string; patch: Uint8Array; draft: CommitDraft }): Promise<PreparedCommit>;
  /** Pushes the commit to a branch that is absent or already at this commit; never forces. */
  push(repo: RepoRef, target: { sha: string; branch: string }, access: GitAccess): Promise<void>;
}
