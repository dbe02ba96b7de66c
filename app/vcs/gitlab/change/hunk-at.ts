/** Lines of a hunk before the one that is meant; a reader needs no more to see what is talked about. */
const LINES_MAX = 40;

/** `@@ -OLD,COUNT +NEW,COUNT @@` */
const HEADER = /^@@ -(\d+)(?:,\d+)? \+(\d+)/;

/** A line of a diff, counted from 1; an added one has no old number, a removed one no new one. */
export interface DiffLine {
  readonly oldLine: number | null;
  readonly newLine: number | null;
}

/**
 * The part of a file's diff that leads to a line and ends with it, as GitHub gives it with a comment: the hunk's header, then
 * the line and at most forty before it. Empty for a line that is in no hunk, such as an unchanged one that was unfolded.
 */
export function hunkAt(diff: string, wanted: DiffLine): string {
  let header = '';
  let lines: string[] = [];
  let oldAt = 0;
  let newAt = 0;
  for (const row of diff.split('\n')) {
    const found = HEADER.exec(row);
    if (found) {
      header = row;
      lines = [];
      oldAt = Number(found[1]);
      newAt = Number(found[2]);
      continue;
    }
    lines.push(row);
    const sign = row.charAt(0);
    if (isMeant(sign, { oldLine: oldAt, newLine: newAt }, wanted)) {
      return [header, ...lines.slice(-LINES_MAX)].join('\n');
    }
    if (sign === ' ' || sign === '-') oldAt += 1;
    if (sign === ' ' || sign === '+') newAt += 1;
  }
  return '';
}

function isMeant(sign: string, at: { oldLine: number; newLine: number }, { oldLine, newLine }: DiffLine): boolean {
  if (sign === '+') return oldLine === null && newLine === at.newLine;
  if (sign === '-') return newLine === null && oldLine === at.oldLine;
  return sign === ' ' && newLine === at.newLine;
}
