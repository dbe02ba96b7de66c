import { AppError } from '#core/domain/errors.ts';
import type { ChangedPath, PreparedCommit } from '#core/ports/host/repository.ts';
import { mustSucceed, type Git } from './git.ts';

const SYMLINK_MODE = '120000';
const STATUS: Readonly<Record<string, ChangedPath['status']>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  T: 'type-changed',
};
const DIFF = [
  ...['diff-tree', '-r', '-M', '-l1000', '--raw', '--numstat', '-z', '--no-abbrev', '--no-ext-diff'],
  ...['--no-textconv', '--ignore-submodules=none', '--end-of-options'],
];

type Change = ChangedPath & { readonly blob: string };

/**
 * What changed between two commits of a bare repository, with renames found (50 % alike), in git's path order. Lines of
 * binary files are not counted. Paths and link targets that are not UTF-8 have U+FFFD in place of the odd bytes.
 */
export async function readChanges(
  git: Git,
  gitDirectory: string,
  { from, to }: { from: string; to: string },
): Promise<Pick<PreparedCommit, 'paths' | 'additions' | 'deletions'>> {
  const exit = mustSucceed(await git(gitDirectory, { args: [...DIFF, from, to] }), 'Reading the changes');
  const fields = exit.stdout.toString('utf8').split('\0');
  const changes: Change[] = [];
  let at = 0;
  while (fields[at]?.startsWith(':') === true) {
    const { change, next } = parseRaw(fields, at);
    changes.push(change);
    at = next;
  }
  const targets = await readLinkTargets(git, gitDirectory, changes);
  const paths = changes.map(({ blob, ...change }) => {
    const linkTarget = change.mode === SYMLINK_MODE ? targets.get(blob) : undefined;
    return linkTarget === undefined ? change : { ...change, linkTarget };
  });
  return { paths, ...countLines(fields.slice(at)) };
}

/** `:<mode> <mode> <blob> <blob> <status>` NUL path NUL, and a second path for a rename (git-diff-tree(1), RAW OUTPUT FORMAT). */
function parseRaw(fields: readonly string[], at: number): { change: Change; next: number } {
  const [oldMode, mode, , blob, letter] = (fields[at] ?? '').slice(1).split(' ');
  const status = STATUS[letter?.charAt(0) ?? ''];
  const path = fields[at + 1];
  if (oldMode === undefined || mode === undefined || blob === undefined || status === undefined || path === undefined) {
    throw new AppError('internal', 'Reading the changes failed: Git reported something unknown');
  }
  const renamedTo = fields[at + 2];
  if (status !== 'renamed' || renamedTo === undefined)
    return { change: { path, status, mode, oldMode, blob }, next: at + 2 };
  return { change: { path: renamedTo, from: path, status, mode, oldMode, blob }, next: at + 3 };
}

/** `<added> TAB <deleted> TAB <path>` NUL; of a rename the path is empty and both paths follow, which match no count. */
function countLines(fields: readonly string[]): { additions: number; deletions: number } {
  let additions = 0;
  let deletions = 0;
  let at = 0;
  while (at < fields.length) {
    const [added, deleted, path] = (fields[at] ?? '').split('\t');
    additions += Number.parseInt(added ?? '', 10) || 0;
    deletions += Number.parseInt(deleted ?? '', 10) || 0;
    at += path === '' ? 3 : 1;
  }
  return { additions, deletions };
}

async function readLinkTargets(
  git: Git,
  gitDirectory: string,
  changes: readonly Change[],
): Promise<Map<string, string>> {
  const blobs = [...new Set(changes.filter(({ mode }) => mode === SYMLINK_MODE).map(({ blob }) => blob))];
  const targets = new Map<string, string>();
  if (blobs.length === 0) return targets;
  const stdin = Buffer.from(blobs.map((blob) => `${blob}\n`).join(''));
  const { stdout } = mustSucceed(await git(gitDirectory, { args: ['cat-file', '--batch'], stdin }), 'Reading symlinks');
  let at = 0;
  for (const blob of blobs) {
    const headerEnd = stdout.indexOf('\n', at);
    const size = Number(stdout.toString('latin1', at, headerEnd).split(' ')[2]);
    targets.set(blob, stdout.toString('utf8', headerEnd + 1, headerEnd + 1 + size));
    at = headerEnd + 1 + size + 1;
  }
  return targets;
}
