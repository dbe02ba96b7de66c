import type { RepoRef } from '../../domain/host/repo.ts';
import type { GitAccess } from './vcs.ts';

/** A file of the newest commit of a branch. */
export interface FileAt {
  readonly ref: string;
  readonly sha: string;
  readonly path: string;
}

/**
 * What a Git server tells in Git's own protocol, for hosts that have no API to be asked. Each call goes to the server with the
 * access it is given and follows no redirect. Throws AppError `denied`, `missing` or `unavailable`, as `Repositories`.
 */
export interface GitServer {
  /** The branch that HEAD names, with its commit; undefined while that has none. AppError `invalid` when HEAD names no branch. */
  defaultBranch(access: GitAccess): Promise<{ readonly ref: string; readonly sha: string } | undefined>;
  /** Commit at which a branch is; undefined when there is no such branch. */
  headOf(access: GitAccess, branch: string): Promise<string | undefined>;
  /** Resolves when the server would take a push now; nothing is pushed. */
  provePushable(access: GitAccess): Promise<void>;
  /**
   * Text of a file, read from the mirror after the commit was brought there; undefined when there is no such file, or it is a
   * directory. Of a symbolic link it is the path it leads to. AppError `invalid` above `bytesMax`.
   */
  readFile(
    from: { readonly repo: RepoRef; readonly access: GitAccess },
    at: FileAt,
    bytesMax: number,
  ): Promise<string | undefined>;
}
