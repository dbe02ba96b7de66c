import { createHash } from 'node:crypto';
import { git, gitBytes } from '../git-host/git.ts';

const WHOLE_FILE = '-U1000000';
const NO_MODE = '0';

/** One changed file of a diff, in GitLab's words. */
export interface FileDiff {
  readonly old_path: string;
  readonly new_path: string;
  readonly a_mode: string;
  readonly b_mode: string;
  readonly diff: string;
  readonly new_file: boolean;
  readonly renamed_file: boolean;
  readonly deleted_file: boolean;
}

/** Two commits; what `head` changes against `base` is meant. */
export interface Span {
  readonly base: string;
  readonly head: string;
}

/** Every changed file of a span with its hunks, without the header lines of git, as GitLab gives them. */
export async function listDiffs(directory: string, { base, head }: Span): Promise<FileDiff[]> {
  const raw = await git(directory, ['diff', '--raw', '-z', '-M', '--abbrev=40', base, head]);
  const fields = raw.split('\0');
  const files: FileDiff[] = [];
  for (let index = 0; (fields[index] ?? '').startsWith(':');) {
    const [a_mode = '', b_mode = '', , , kind = ''] = (fields[index] ?? '').slice(1).split(' ');
    const renamed = kind.startsWith('R');
    const old_path = fields[index + 1] ?? '';
    const new_path = renamed ? (fields[index + 2] ?? '') : old_path;
    index += renamed ? 3 : 2;
    files.push({
      old_path,
      new_path,
      a_mode: mode(a_mode),
      b_mode: mode(b_mode),
      diff: await hunksOf(directory, { base, head, paths: [...new Set([old_path, new_path])] }),
      new_file: kind === 'A',
      renamed_file: renamed,
      deleted_file: kind === 'D',
    });
  }
  return files;
}

function mode(text: string): string {
  return text === '000000' ? NO_MODE : text;
}

async function hunksOf(
  directory: string,
  { base, head, paths, context = '-U3' }: Span & { readonly paths: readonly string[]; readonly context?: string },
): Promise<string> {
  const literal = paths.map((one) => `:(literal)${one}`);
  const args = ['diff', '-M', '--no-ext-diff', '--no-textconv', context, base, head, '--', ...literal];
  const text = (await gitBytes(directory, args)).toString('utf8');
  const start = text.search(/^@@/m);
  return start < 0 ? '' : text.slice(start);
}

/** A line of a diff. `oldLine` is undefined for an added one, `newLine` for a removed one; both count from 1. */
export interface DiffLine {
  readonly oldLine: number | undefined;
  readonly newLine: number | undefined;
  /** GitLab's `<sha1 of the path>_<old>_<new>`: https://docs.gitlab.com/api/discussions/#line-code */
  readonly lineCode: string;
}

/** Every line of one file of a span, unchanged ones included: GitLab unfolds a diff to reach them. */
export async function listLines(
  directory: string,
  span: Span,
  { old_path, new_path }: Pick<FileDiff, 'old_path' | 'new_path'>,
): Promise<DiffLine[]> {
  const paths = [...new Set([old_path, new_path])];
  const text = await hunksOf(directory, { ...span, paths, context: WHOLE_FILE });
  const hash = createHash('sha1').update(new_path).digest('hex');
  const lines: DiffLine[] = [];
  let oldAt = 0;
  let newAt = 0;
  for (const row of text.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(row);
    if (hunk) {
      oldAt = Number(hunk[1]);
      newAt = Number(hunk[2]);
      continue;
    }
    const sign = row.charAt(0);
    if (sign !== '+' && sign !== '-' && sign !== ' ') continue;
    lines.push({
      oldLine: sign === '+' ? undefined : oldAt,
      newLine: sign === '-' ? undefined : newAt,
      lineCode: `${hash}_${oldAt}_${newAt}`,
    });
    if (sign !== '+') oldAt += 1;
    if (sign !== '-') newAt += 1;
  }
  return lines;
}
