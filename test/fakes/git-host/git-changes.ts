import { git, gitBytes, gitMaybe } from './git.ts';
import { ZERO_SHA } from './moved-refs.ts';

/** One file of a pull request, as Git sees it; `patch` is undefined for binary files and those that were only renamed. */
export interface ChangedFile {
  readonly path: string;
  readonly former: string | undefined;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed';
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  readonly patch: string | undefined;
}

const STATUSES: Readonly<Record<string, ChangedFile['status']>> = { A: 'added', D: 'removed', R: 'renamed' };

/** The merge base of two commits; undefined when they have nothing in common. */
export function mergeBase(directory: string, one: string, other: string): Promise<string | undefined> {
  return gitMaybe(directory, ['merge-base', one, other]);
}

/** Files that `head` changes against its merge base with `base`, by path. */
export async function readChangedFiles(directory: string, base: string, head: string): Promise<ChangedFile[]> {
  const raw = (await git(directory, ['diff', '--raw', '-z', '-M', '--no-abbrev', `${base}...${head}`])).split('\0');
  const found: ChangedFile[] = [];
  for (let at = 0; at + 1 < raw.length;) {
    const [, , , after = ZERO_SHA, letter = 'M'] = (raw[at] ?? '').split(' ');
    const isRename = letter.startsWith('R');
    const [first = '', second = ''] = [raw[at + 1], raw[at + 2]];
    const names = isRename ? { path: second, former: first } : { path: first, former: undefined };
    at += isRename ? 3 : 2;
    const status = STATUSES[letter.charAt(0)] ?? 'modified';
    found.push({ ...names, status, sha: after, ...(await readPatch(directory, `${base}...${head}`, names)) });
  }
  return found.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

async function readPatch(
  directory: string,
  range: string,
  { path, former }: { path: string; former: string | undefined },
) {
  const args = ['diff', '-M', '--no-ext-diff', '--no-textconv', range, '--', path, ...(former ? [former] : [])];
  const whole = (await gitBytes(directory, args)).toString('utf8');
  const from = whole.search(/^@@ /m);
  const patch = from < 0 ? undefined : whole.slice(from).replace(/\n$/, '');
  const count = (sign: string): number => (patch ?? '').split('\n').filter((line) => line.startsWith(sign)).length;
  return { patch, additions: count('+'), deletions: count('-') };
}

/**
 * Where a line of a file at one commit is at another; undefined when it was changed or the file is gone.
 * Source of the format: git-diff(1), hunks without context.
 */
export async function followLine(
  directory: string,
  move: { readonly from: string; readonly to: string; readonly path: string },
  line: number,
): Promise<number | undefined> {
  const { from, to, path } = move;
  const diff = await git(directory, ['diff', '--unified=0', '--no-renames', from, to, '--', path]);
  let shift = 0;
  for (const [, start = '', count = '1', , added = '1'] of diff.matchAll(
    /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm,
  )) {
    const [first, removed] = [Number(start), Number(count)];
    if (removed > 0 && line >= first && line < first + removed) return undefined;
    if (line > first) shift += Number(added) - removed;
  }
  return line + shift;
}
