import { join } from 'node:path';
import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/repo.ts';
import type { CommitDraft, PreparedCommit } from '#core/ports/repository.ts';
import { readChanges } from './changed-paths.ts';
import type { GitSetup } from './git-setup.ts';
import { facts, mustSucceed } from './git.ts';
import { touchMirror } from './mirror-use.ts';
import { mirrorPath } from './mirror.ts';
import { assertCommitId } from './ref-names.ts';
import { openScratch } from './scratch.ts';

/** Whitespace is content: nothing is warned about, fixed or ignored. */
const APPLY = ['apply', '--cached', '--binary', '--whitespace=nowarn', '-p1', '-'];
const CAUSE_CHARS_MAX = 2_000;

/** See Repositories.commit. No working tree: the patch is applied to an index file that lives for this call. */
export async function commit(
  setup: GitSetup,
  repo: RepoRef,
  change: { baseSha: string; patch: Uint8Array; draft: CommitDraft },
): Promise<PreparedCommit> {
  assertCommitId(change.baseSha);
  const identity = identityEnv(change.draft);
  const mirror = mirrorPath(setup, repo);
  await touchMirror(setup, mirror);
  await using scratch = await openScratch(setup.scratch);
  const tree = await writeTree(setup, mirror, { ...change, index: join(scratch.path, 'index') });
  const exit = await setup.git(mirror, {
    args: ['commit-tree', '-p', change.baseSha, '-F', '-', tree],
    env: identity,
    stdin: Buffer.from(`${change.draft.message.trimEnd()}\n`),
  });
  const sha = mustSucceed(exit, 'Writing the commit').stdout.toString('utf8').trim();
  return { sha, ...(await readChanges(setup.git, mirror, { from: change.baseSha, to: sha })) };
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

/** Author and committer are the same person at the same second, so that the same draft gives the same commit id. */
function identityEnv({ author, date, message }: CommitDraft): Record<string, string> {
  const atMs = Date.parse(date);
  const words = [author.name, author.email];
  // Git would drop these characters silently, and refuse what is empty after that.
  const bad = words.some((word) => word.trim() === '' || /[<>\p{Cc}]/u.test(word));
  if (bad || Number.isNaN(atMs) || message.trim() === '' || message.includes('\0')) {
    throw new AppError('invalid', 'A commit needs a message, an author name and email, and a date that Git can hold');
  }
  const at = `@${Math.floor(atMs / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: at,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: at,
  };
}
