import { AppError } from '#core/domain/errors.ts';
import type { GitSetup } from '../git-setup.ts';
import { facts, mustSucceed } from '../git.ts';

const MERGE_TIMEOUT_MS = 120_000;
/**
 * Said outright, since defaults differ between releases and the same two commits must merge alike on every worker. Files
 * beyond the rename limit count as deleted and added: comparing them all would take time that grows with the square.
 */
const RULES = [
  ...['merge.renames=true', 'merge.directoryRenames=conflict', 'merge.renameLimit=1000', 'merge.renormalize=false'],
  ...['merge.conflictStyle=merge', 'diff.algorithm=myers'],
];
const MERGE = [...RULES.flatMap((rule) => ['-c', rule]), 'merge-tree', '--write-tree', '-z', '--name-only'];

/** A tree that holds the changes of both sides, or the paths on which they do not go together, in order. */
export type MergedTree =
  | { readonly kind: 'merged'; readonly treeSha: string }
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

/**
 * Merges two commits that have a common ancestor, by git-merge-tree(1): no working tree, no index, no ref. In a bare
 * repository attributes come from nowhere, so none that the repository holds chooses a merge driver.
 * Throws AppError `invalid` when it takes over 2 minutes or there are more conflicts than anybody would read.
 */
export async function mergeTree(
  { git }: GitSetup,
  mirror: string,
  { ours, theirs }: { ours: string; theirs: string },
): Promise<MergedTree> {
  const exit = await git(mirror, { args: [...MERGE, '--', ours, theirs], timeoutMs: MERGE_TIMEOUT_MS });
  if (exit.end === 'timeout' || exit.end === 'output-limit') {
    throw new AppError('invalid', 'Merging failed: the two sides differ too much', { context: facts(exit) });
  }
  const conflicted = exit.end === 'exited' && exit.code === 1;
  const fields = (conflicted ? exit : mustSucceed(exit, 'Merging')).stdout.toString('utf8').split('\0');
  if (conflicted) return { kind: 'conflict', paths: conflictPaths(fields.slice(1), [ours, theirs]) };
  return { kind: 'merged', treeSha: fields[0] ?? '' };
}

/**
 * `<path> NUL` for each path in conflict, an empty field, and messages: `<count> NUL (<path> NUL){count} <type> NUL <text>
 * NUL` (git-merge-tree(1), OUTPUT). A few conflicts, such as a directory that was split in two, are in the messages only.
 * Git lists what it had to move out of the way as `<path>~<side>`, a name that nobody gave.
 */
function conflictPaths(fields: readonly string[], sides: readonly string[]): string[] {
  const moved = new RegExp(`~(?:${sides.join('|')})(?:_\\d+)?$`);
  const end = fields.indexOf('');
  const listed = new Set(fields.slice(0, end).map((path) => path.replace(moved, '')));
  for (let at = end + 1; at < fields.length - 1;) {
    const count = Number(fields[at]);
    const paths = fields.slice(at + 1, at + 1 + count).map((path) => path.replace(moved, ''));
    const type = fields[at + 1 + count] ?? '';
    if (type !== 'Auto-merging' && !paths.some((path) => listed.has(path))) paths.forEach((path) => listed.add(path));
    at += count + 3;
  }
  return [...listed].toSorted();
}
