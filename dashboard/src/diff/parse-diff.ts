/** One line of a diff, with its numbers before and after, counted from 1. */
export interface DiffLine {
  readonly kind: 'context' | 'added' | 'removed' | 'note';
  readonly text: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** A stretch of a file that changed. */
export interface Hunk {
  readonly header: string;
  readonly lines: readonly DiffLine[];
}

/** What a diff does to one file. */
export interface FileDiff {
  readonly path: string;
  /** Its path before, where it was moved. */
  readonly from: string | undefined;
  readonly what: 'changed' | 'added' | 'removed' | 'moved';
  readonly isBinary: boolean;
  readonly added: number;
  readonly removed: number;
  readonly hunks: readonly Hunk[];
}

/** Where a file begins. Not `^`, which is also after U+2028 and a lone carriage return: a line of text could pass for a file. */
const FILE = /(?<=\n)(?=diff --git )/;
const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@(.*)$/;

/** Reads a diff as git writes it (git-diff, "Generating patch text with -p"). What it does not understand it leaves out of no file. */
export function parseDiff(diff: string): FileDiff[] {
  return partsOf(diff).map(fileOf);
}

/** How many files a diff is of. */
export const countFiles = (diff: string): number => partsOf(diff).length;

const partsOf = (diff: string): string[] => diff.split(FILE).filter((part) => part.startsWith('diff --git '));

function fileOf(part: string): FileDiff {
  const lines = part.replace(/\n$/, '').split('\n');
  const start = lines.findIndex((line) => line.startsWith('@@ '));
  const head = lines.slice(0, start === -1 ? lines.length : start);
  const hunks = start === -1 ? [] : hunksOf(lines.slice(start));
  const said = (prefix: string): string | undefined =>
    head.find((line) => line.startsWith(prefix))?.slice(prefix.length);
  const from = said('rename from ') ?? said('copy from ');
  const all = hunks.flatMap((hunk) => hunk.lines);
  return {
    path: pathOf(head, said),
    from: from === undefined ? undefined : unquoted(from),
    what: whatOf(head),
    isBinary: head.some((line) => line.startsWith('GIT binary patch') || /^Binary files .* differ$/.test(line)),
    added: all.filter((line) => line.kind === 'added').length,
    removed: all.filter((line) => line.kind === 'removed').length,
    hunks,
  };
}

function whatOf(head: readonly string[]): FileDiff['what'] {
  if (head.some((line) => line.startsWith('new file mode'))) return 'added';
  if (head.some((line) => line.startsWith('deleted file mode'))) return 'removed';
  return head.some((line) => line.startsWith('rename to ')) ? 'moved' : 'changed';
}

/** The path after, else the one before; files without lines have it in the first line only, where the two are alike. */
function pathOf(head: readonly string[], said: (prefix: string) => string | undefined): string {
  const moved = said('rename to ') ?? said('copy to ');
  if (moved !== undefined) return unquoted(moved);
  const named = [said('+++ '), said('--- ')].find((path) => path !== undefined && path !== '/dev/null');
  if (named !== undefined) return unquoted(named.replace(/\t$/, '')).replace(/^[ab]\//, '');
  const both = (head[0] ?? '').slice('diff --git '.length);
  return unquoted(both.slice(0, (both.length - 1) / 2)).replace(/^a\//, '');
}

/** Git quotes paths with unusual characters as C does, bytes in octal. */
function unquoted(path: string): string {
  if (!path.startsWith('"')) return path;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const [, octal, escaped, plain] of path.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gs)) {
    if (octal === undefined) bytes.push(...encoder.encode(escaped ?? plain ?? ''));
    else bytes.push(Number.parseInt(octal, 8));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

function hunksOf(lines: readonly string[]): Hunk[] {
  const hunks: { header: string; lines: DiffLine[] }[] = [];
  let [before, after] = [0, 0];
  for (const line of lines) {
    const start = HUNK.exec(line);
    if (start !== null) {
      [before, after] = [Number(start[1]), Number(start[2])];
      hunks.push({ header: line, lines: [] });
      continue;
    }
    const into = hunks.at(-1)?.lines;
    const text = line.slice(1);
    if (line.startsWith('+')) into?.push({ kind: 'added', text, before: undefined, after: after++ });
    else if (line.startsWith('-')) into?.push({ kind: 'removed', text, before: before++, after: undefined });
    else if (line.startsWith('\\'))
      into?.push({ kind: 'note', text: text.trim(), before: undefined, after: undefined });
    else into?.push({ kind: 'context', text, before: before++, after: after++ });
  }
  return hunks;
}
