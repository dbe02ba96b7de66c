import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { CommitDraft, RevertInput, RevertOutcome } from '#core/ports/host/repository.ts';
import type { GitAccess } from '#core/ports/host/vcs.ts';
import { fetchBase } from '../fetch-base.ts';
import type { GitSetup } from '../git-setup.ts';
import { facts, mustSucceed } from '../git.ts';
import type { MergeSetup } from './merge.ts';
import { mergeTree, type MergedTree } from './merge-tree.ts';
import { proveReadable } from '../prove-readable.ts';
import { assertCommitId } from '../ref-names.ts';
import { withBase } from '../with-base.ts';
import { writeCommit } from '../write-commit.ts';

/** As a workspace collects one (`sandbox/workspace-scripts.ts`), from a mirror. */
const DIFF = [
  ...['diff-tree', '-r', '-p', '--binary', '--full-index', '--no-ext-diff', '--no-textconv', '--no-color'],
  ...['-M', '-l1000', '--ignore-submodules=none', '--end-of-options'],
];
/** Of a change that was rebased so many commits are looked for before its last one. */
const LEFT_MAX = 100;
/** Of commits that live for one merge in the mirror and are never pushed. */
const SIDE: CommitDraft = {
  message: 'A side of a revert',
  author: { name: 'AstraForge', email: 'revert@astraforge.invalid' },
  date: '2000-01-01T00:00:00.000Z',
};

/** See Repositories.revert. Like `bundle` it proves with its own token that the repository may be read. */
export async function revert(
  setup: MergeSetup,
  repo: RepoRef,
  { access, base, commit, trailer }: RevertInput & { access: GitAccess },
): Promise<RevertOutcome> {
  assertCommitId(commit);
  await setup.mergeSupport();
  return withBase(setup, { repo, base, access }, async (mirror, { proven }) => {
    if (!proven) await proveReadable(setup, { access, ref: base.ref });
    const have = (sha: string) =>
      setup.exclusive(`${mirror}.lock`, () => fetchBase(setup, mirror, { base: { ref: base.ref, sha }, access }));
    await have(commit);
    const [parent] = await parentsOf(setup, mirror, commit);
    if (parent === undefined) throw new AppError('invalid', 'A commit without a parent cannot be taken back');
    // Of a history that is cut the parent may be beyond the cut.
    await have(parent);
    const tree = await withoutChange(setup, mirror, { head: base.sha, commit, parent });
    if (tree.kind === 'conflict') return tree;
    return {
      kind: 'reverted',
      patch: await patchOf(setup, mirror, { from: base.sha, to: tree.treeSha }),
      left: await leftBefore(setup, mirror, { parent, trailer }),
    };
  });
}

/** As the commit itself says; where history is cut Git would tell of none. */
async function parentsOf({ git }: GitSetup, mirror: string, sha: string): Promise<string[]> {
  const exit = mustSucceed(await git(mirror, { args: ['cat-file', 'commit', sha] }), 'Reading the commit');
  const [head = ''] = exit.stdout.toString('latin1').split('\n\n');
  return [...head.matchAll(/^parent ([0-9a-f]{40})$/gm)].flatMap(([, parent]) =>
    parent === undefined ? [] : [parent],
  );
}

/**
 * Merges the parent's tree into the head's with the commit's as what they come from. Older releases of Git cannot be told
 * what that is (`--merge-base`, from 2.40 on), so they are given three commits of a history of their own.
 */
async function withoutChange(
  setup: GitSetup,
  mirror: string,
  { head, commit, parent }: { head: string; commit: string; parent: string },
): Promise<MergedTree> {
  const side = (sha: string, parents: readonly string[]) =>
    writeCommit(setup, mirror, { treeSha: `${sha}^{tree}`, parents, draft: SIDE });
  const from = await side(commit, []);
  return mergeTree(setup, mirror, { ours: await side(head, [from]), theirs: await side(parent, [from]) });
}

async function patchOf(
  { git }: GitSetup,
  mirror: string,
  { from, to }: { from: string; to: string },
): Promise<Uint8Array> {
  const exit = await git(mirror, { args: [...DIFF, `${from}^{tree}`, to] });
  if (exit.end === 'timeout' || exit.end === 'output-limit')
    throw new AppError('invalid', 'What takes the change back is too large', { context: facts(exit) });
  return mustSucceed(exit, 'Reading what takes the change back').stdout;
}

async function leftBefore(
  { git }: GitSetup,
  mirror: string,
  { parent, trailer }: { parent: string; trailer: string },
): Promise<number> {
  const args = ['log', '--first-parent', `--max-count=${LEFT_MAX}`, '--format=%B%x00', '--end-of-options', parent];
  const exit = mustSucceed(await git(mirror, { args }), 'Reading the history');
  const messages = exit.stdout.toString('utf8').split('\0');
  const first = messages.findIndex((message) => !message.split('\n').includes(trailer));
  return first === -1 ? LEFT_MAX : first;
}
