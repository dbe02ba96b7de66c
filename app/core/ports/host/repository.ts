import type { RepoRef } from '../../domain/host/repo.ts';
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

/** A patch that was collected and not published, and what its commit says. */
export interface UnpublishedWork {
  readonly patch: Uint8Array;
  readonly draft: CommitDraft;
}

/** A commit in the mirror, not yet pushed, and what it changes. */
export interface PreparedCommit {
  readonly sha: string;
  /** Git's id of the commit's tree: the same content has the same one, whatever the history. Approvals are bound to it. */
  readonly treeSha: string;
  readonly paths: readonly ChangedPath[];
  readonly additions: number;
  readonly deletions: number;
}

/** A commit that changed a file. `at` is when it was committed, ISO 8601 UTC; `subject` the first line of what it says. */
export interface RecentChange {
  readonly sha: string;
  readonly at: string;
  readonly subject: string;
}

/** A branch on the host and the commit it is to get. */
export interface PushTarget {
  readonly sha: string;
  /** Short name, without `refs/heads/`. */
  readonly branch: string;
  /** The commit the branch is expected to be at, an ancestor of `sha`; null: the branch does not exist yet. */
  readonly from: string | null;
}

/** What is merged: `commit` (ours, in the mirror) into `head`, the commit at which `branch` is on the host now. */
export interface MergeInput {
  readonly head: string;
  readonly commit: string;
  /** Short name, without `refs/heads/`. */
  readonly branch: string;
  /** What the merge commit says, when one is needed. */
  readonly draft: CommitDraft;
}

/**
 * A commit that holds both sides, with its changes relative to `head`: what people will see as ours on top of theirs. Or
 * the paths on which the sides do not go together, in order, without repetition; of a rename any of its names.
 */
export type MergeOutcome =
  | { readonly kind: 'merged'; readonly commit: PreparedCommit }
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

/** What is taken back: all that `commit` brought to its first parent. */
export interface RevertInput {
  /** Branch and commit that it is taken back from. */
  readonly base: { readonly ref: string; readonly sha: string };
  readonly commit: string;
  /** A line that the messages of commits of the same change hold; others do not. */
  readonly trailer: string;
}

/**
 * The patch on the base that takes a commit back, empty when nothing is left of it there. `left`: how many commits right
 * before it are of the same change, which was rebased; they are not taken back. Or the paths that were changed since in the same places, in order, without repetition.
 */
export type RevertOutcome =
  | { readonly kind: 'reverted'; readonly patch: Uint8Array; readonly left: number }
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

/**
 * The worker's own bare mirrors: fetch outside, hand in a bundle, publish a patch. No repository code runs here, no
 * working tree exists, and a token is never in argv, in a config file or in a URL.
 * Throws AppError: `unavailable` (network), `denied` (token refused), `missing` (commit not on the host),
 * `invalid` (patch does not apply), `conflict` (branch moved by somebody else).
 */
export interface Repositories {
  /**
   * Brings the mirror up to date (only what is new) and writes a bundle holding exactly `base`, or with `onTop` the commit
   * of that patch on `base`, which is then the bundle's `sha`: an agent goes on from work nobody has seen yet. A patch
   * collected afterwards is still one against `base`. Throws AppError `invalid` when the patch does not apply to `base`.
   */
  bundle(
    repo: RepoRef,
    base: { ref: string; sha: string },
    access: GitAccess,
    onTop?: UnpublishedWork,
  ): Promise<Bundle>;
  /**
   * Git's ids of the files at `paths` (as Git writes them, from the root of the tree) in commit `sha`; null where there is
   * none. A directory or a submodule has its id too. Reads the mirror only: `bundle` of the same commit comes first.
   * Throws AppError `missing` when the mirror does not have the commit, `invalid` for more than 1,000 paths.
   */
  blobIds(repo: RepoRef, sha: string, paths: readonly string[]): Promise<Readonly<Record<string, string | null>>>;
  /**
   * The commits up to `sha` that last changed one of `paths`, newest first, at most `countMax`. Reads the mirror only, as
   * `blobIds` does. Throws AppError `missing` when the mirror does not have the commit, or walking its history took over 20 s.
   */
  recentChanges(
    repo: RepoRef,
    of: { readonly sha: string; readonly paths: readonly string[]; readonly countMax: number },
  ): Promise<readonly RecentChange[]>;
  /** Applies a binary-safe patch to `baseSha` inside the mirror; the patch must stem from collectPatch on that base. */
  commit(repo: RepoRef, change: { baseSha: string; patch: Uint8Array; draft: CommitDraft }): Promise<PreparedCommit>;
  /**
   * Moves a branch forward from `from` to `sha`, or makes it; the host itself checks that it still is at `from`, or absent.
   * A branch that is at `sha` already is success. Never rewrites: AppError `invalid`, before anything is sent, when `from`
   * is no ancestor of `sha`. `conflict` with `context.found` (the commit the branch is at) when somebody moved or made it:
   * `merge` with that and push again. `missing` when it was to be at `from` and is gone, or, with `context.lacks`, when the
   * mirror lacks `sha`.
   * `unavailable` also when another push holds the branch at this moment.
   */
  push(repo: RepoRef, target: PushTarget, access: GitAccess): Promise<void>;
  /**
   * Fetches `head` and merges `commit` into it, parents in this order; authors and messages of both sides stay as they are.
   * The same input gives the same commit on every worker. No merge commit where none is needed: `commit` itself when it
   * holds `head`, `head` itself (no paths) when it holds `commit`. Attributes and merge drivers of the repository do not
   * count. Throws AppError `missing` when the mirror lacks `commit` or the host `head`, `conflict` when the two have no
   * common history, `invalid` when merging takes over 2 minutes, `unavailable` also when the worker's git cannot merge.
   */
  merge(repo: RepoRef, input: MergeInput, access: GitAccess): Promise<MergeOutcome>;
  /**
   * Fetches the base and the commit and says what takes the commit back, as `git revert -m 1` does: what others changed
   * since stays. The same input gives the same patch on every worker, and `commit` on the base takes it. Throws AppError
   * `missing` when the host has one of the two no more, `invalid` when the commit is the first of its history, the patch is
   * above 64 MiB or this takes over 2 minutes, `unavailable` also when the worker's git cannot merge.
   */
  revert(repo: RepoRef, input: RevertInput, access: GitAccess): Promise<RevertOutcome>;
}
