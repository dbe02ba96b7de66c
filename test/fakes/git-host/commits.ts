import { branchHead, listRefs, readDiff, readFileAt } from './git-questions.ts';
import { writeCommit, type FileContent } from './git-repository.ts';
import { ZERO_SHA, type MovedRef } from './moved-refs.ts';

/** A repository as callers may name it: its full name, or anything that carries that as `fullName`. */
export type RepositoryName = string | { readonly fullName: string };

/** A commit by a person on a branch, made when missing from `from` (default: the default branch). */
export interface NewCommit {
  readonly repository: RepositoryName;
  readonly branch: string;
  readonly files: Readonly<Record<string, FileContent>>;
  readonly message?: string;
  readonly by?: string;
  readonly from?: string;
}

/** Looks at what is in a repository from outside the API; for assertions. */
export interface GitQueries {
  /** Branch name -> commit id. */
  branches(repository: RepositoryName): Promise<ReadonlyMap<string, string>>;
  /** Patch from the merge base of two branches or commits to `head`. */
  diff(repository: RepositoryName, base: string, head: string): Promise<string>;
  /** Text of a file; undefined when it is not there. */
  fileAt(repository: RepositoryName, ref: string, file: string): Promise<string | undefined>;
}

/** Binds the questions to the directories of one stand-in. */
export function createGitQueries(directory: (repository: RepositoryName) => string): GitQueries {
  return {
    branches: async (name) => {
      const refs = await listRefs(directory(name), 'refs/heads/');
      return new Map([...refs].map(([ref, sha]) => [ref.slice('refs/heads/'.length), sha]));
    },
    diff: (name, base, head) => readDiff(directory(name), base, head),
    fileAt: async (name, ref, file) => (await readFileAt(directory(name), ref, file))?.toString('utf8'),
  };
}

/** Writes the first commit of a repository; `atSec` is in seconds since the epoch. */
export function writeFirstCommit(
  directory: string,
  first: { branch: string; files: NewCommit['files']; author: string; atSec: number },
): Promise<string> {
  return writeCommit(directory, { ...first, message: 'Initial commit', parent: undefined });
}

/** Writes a person's commit and says how the branch moved. @throws Error when there is nothing to start from. */
export async function commitToBranch(
  repository: { readonly fullName: string; readonly directory: string; readonly defaultBranch: string },
  { branch, files, from, message }: NewCommit,
  who: { readonly author: string; readonly atSec: number },
): Promise<MovedRef> {
  const { directory, fullName, defaultBranch } = repository;
  const before = await branchHead(directory, branch);
  const parent = before ?? (await branchHead(directory, from ?? defaultBranch));
  if (parent === undefined) throw new Error(`${fullName} has no branch ${from ?? ''} to start from`);
  const words = message ?? `Change ${Object.keys(files).join(', ')}`;
  const after = await writeCommit(directory, { branch, files, message: words, parent, ...who });
  return { ref: `refs/heads/${branch}`, before: before ?? ZERO_SHA, after };
}
