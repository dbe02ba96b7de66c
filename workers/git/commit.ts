import { join } from 'node:path';
import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { CommitDraft, PreparedCommit } from '#core/ports/host/repository.ts';
import { readChanges } from './changed-paths.ts';
import type { GitSetup } from './git-setup.ts';
import { facts, mustSucceed } from './git.ts';
import { touchMirror } from './mirror-use.ts';
import { mirrorPath } from './mirror.ts';
import { assertCommitId } from './ref-names.ts';
import { openScratch } from './scratch.ts';
import { assertDraft, writeCommit } from './write-commit.ts';

/** Whitespace is content: nothing is warned about, fixed or ignored. */
const APPLY = ['apply', '--cached', '--binary', '--whitespace=nowarn', '-p1', '-'];
const CAUSE_CHARS_MAX = 2_000;

/** A patch, what it is a patch of, and what its commit says. */
interface Change {
  readonly baseSha: string;
  readonly patch: Uint8Array;
  readonly draft: CommitDraft;
}

/** See Repositories.commit. */
export async function commit(setup: GitSetup, repo: RepoRef, change: Change): Promise<PreparedCommit> {
  assertCommitId(change.baseSha);
  assertDraft(change.draft);
  const mirror = mirrorPath(setup, repo);
  await touchMirror(setup, mirror);
  const made = await commitPatch(setup, mirror, change);
  return { ...made, ...(await readChanges(setup.git, mirror, { from: change.baseSha, to: made.sha })) };
}

/**
 * Writes the commit of a patch into the mirror. No working tree: the patch is applied to an index file that lives for this
 * call. Throws AppError `missing` when the base is not in the mirror, `invalid` when the patch does not apply to it.
 */
export async function commitPatch(
  setup: GitSetup,
  mirror: string,
  { baseSha, patch, draft }: Change,
): Promise<Pick<PreparedCommit, 'sha' | 'treeSha'>> {
  await using scratch = await openScratch(setup.scratch);
  const treeSha = await writeTree(setup, mirror, { baseSha, patch, index: join(scratch.path, 'index') });
  return { sha: await writeCommit(setup, mirror, { treeSha, parents: [baseSha], draft }), treeSha };
}

async function writeTree(
  { git }: GitSetup,
  mirror: string,
  { baseSha, patch, index }: { baseSha: string; patch: Uint8Array; index: string },
): Promise<string> {
  const env = { GIT_INDEX_FILE: index };
  const read = await git(mirror, { args: ['read-tree', baseSha], env });
  if (read.code !== 0) {
    const details = { cause: new Error(read.stderr.trim()), context: { baseSha, ...facts(read) } };
    throw new AppError('missing', 'The base commit is not in the mirror; it has to be fetched first', details);
  }
  const applied = await git(mirror, { args: APPLY, env, stdin: patch });
  if (applied.code !== 0) {
    const cause = new Error(applied.stderr.slice(0, CAUSE_CHARS_MAX));
    throw new AppError('invalid', 'The patch does not apply to the base commit', { cause, context: facts(applied) });
  }
  const written = await git(mirror, { args: ['write-tree'], env });
  return mustSucceed(written, 'Writing the tree').stdout.toString('utf8').trim();
}
