import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { CommitDraft, MergeOutcome } from '#core/ports/host/repository.ts';
import type { GitAccess } from '#core/ports/host/vcs.ts';
import { readChanges } from '../changed-paths.ts';
import { fetchBase } from '../fetch-base.ts';
import type { GitSetup } from '../git-setup.ts';
import { facts, mustSucceed } from '../git.ts';
import { mergeTree } from './merge-tree.ts';
import { touchMirror } from '../mirror-use.ts';
import { mirrorPath } from '../mirror.ts';
import { proveReadable } from '../prove-readable.ts';
import { assertCommitId, branchRef } from '../ref-names.ts';
import type { Upkeep } from '../upkeep.ts';
import { assertDraft, writeCommit } from '../write-commit.ts';

/** What merging needs besides the mirror. */
export type MergeSetup = GitSetup & { readonly upkeep: Upkeep; readonly mergeSupport: () => Promise<void> };

interface Sides {
  readonly head: string;
  readonly commit: string;
  readonly branch: string;
  readonly draft: CommitDraft;
}

/** See Repositories.merge. Like `bundle` it proves with its own token that the repository may be read, by fetching or by asking. */
export async function merge(
  setup: MergeSetup,
  repo: RepoRef,
  { access, ...sides }: Sides & { access: GitAccess },
): Promise<MergeOutcome> {
  const { head, commit, branch } = sides;
  for (const sha of [head, commit]) assertCommitId(sha);
  branchRef(branch);
  assertDraft(sides.draft);
  await setup.mergeSupport();
  const mirror = mirrorPath(setup, repo);
  await touchMirror(setup, mirror);
  const present = await setup.git(mirror, { args: ['cat-file', '-e', `${commit}^{commit}`] });
  if (present.code !== 0) throw new AppError('missing', 'The commit to merge is not in the mirror');
  const base = { ref: branch, sha: head };
  const fetched = await setup.exclusive(`${mirror}.lock`, () => fetchBase(setup, mirror, { base, access }));
  if (fetched.changed) setup.upkeep.afterFetch(mirror, head);
  if (!fetched.proven) await proveReadable(setup, { access, ref: branch });
  return mergeInMirror(setup, mirror, sides);
}

async function mergeInMirror(
  setup: GitSetup,
  mirror: string,
  { head, commit, draft }: Omit<Sides, 'branch'>,
): Promise<MergeOutcome> {
  const ancestor = await commonAncestor(setup, mirror, [head, commit]);
  if (ancestor === head) return merged(setup, mirror, { head, sha: commit });
  if (ancestor === commit) return merged(setup, mirror, { head, sha: head });
  const tree = await mergeTree(setup, mirror, { ours: head, theirs: commit });
  if (tree.kind === 'conflict') return tree;
  const sha = await writeCommit(setup, mirror, { treeSha: tree.treeSha, parents: [head, commit], draft });
  return merged(setup, mirror, { head, sha });
}

/** One of the best common ancestors; when one commit is an ancestor of the other, that one. */
async function commonAncestor({ git }: GitSetup, mirror: string, sides: readonly string[]): Promise<string> {
  const exit = await git(mirror, { args: ['merge-base', '--', ...sides] });
  if (exit.end === 'exited' && exit.code === 1) {
    const what = 'The branch was replaced by a history that has nothing in common with our commit';
    throw new AppError('conflict', what, { context: facts(exit) });
  }
  return mustSucceed(exit, 'Looking for a common ancestor').stdout.toString('utf8').trim();
}

async function merged(
  { git }: GitSetup,
  mirror: string,
  { head, sha }: { head: string; sha: string },
): Promise<MergeOutcome> {
  const exit = await git(mirror, { args: ['rev-parse', '--verify', `${sha}^{tree}`] });
  const treeSha = mustSucceed(exit, 'Reading the merged tree').stdout.toString('utf8').trim();
  const changes = await readChanges(git, mirror, { from: head, to: sha });
  return { kind: 'merged', commit: { sha, treeSha, ...changes } };
}
