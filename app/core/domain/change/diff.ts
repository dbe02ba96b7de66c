/** A place in a pull request's diff. Lines count from 1, in the new file on `right`, in the old one on `left`. */
export interface DiffPlace {
  readonly path: string;
  /** Former path of a renamed file. */
  readonly oldPath: string;
  readonly side: 'left' | 'right';
  readonly line: number;
  /** First line, when it is more than one; on the same side. */
  readonly startLine: number | null;
}

/** One file of a pull request's diff, in unified form without headers; `patch` is null for binary and oversized files. */
export interface DiffFile {
  readonly path: string;
  readonly oldPath: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed';
  readonly patch: string | null;
}

/** One line that a diff shows: `old` is null for an added one, `now` for a removed one. `hunk` counts from 0. */
export interface DiffLine {
  readonly hunk: number;
  readonly old: number | null;
  readonly now: number | null;
  /** Without the sign before it. */
  readonly text: string;
}

const HUNK_HEAD = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** The lines of a patch. What stands before its first hunk, or after the lines a hunk says it has, is none. */
export function diffLines(patch: string): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  const at = { hunk: -1, old: 0, now: 0, oldLeft: 0, nowLeft: 0 };
  for (const line of patch.split('\n')) {
    const head = at.oldLeft + at.nowLeft === 0 ? HUNK_HEAD.exec(line) : null;
    if (head !== null) {
      Object.assign(at, { hunk: at.hunk + 1, old: Number(head[1]), now: Number(head[3]) });
      Object.assign(at, { oldLeft: Number(head[2] ?? 1), nowLeft: Number(head[4] ?? 1) });
      continue;
    }
    const [isOld, isNow] = [/^[ -]/.test(line) && at.oldLeft > 0, /^[ +]/.test(line) && at.nowLeft > 0];
    if (!isOld && !isNow) continue;
    lines.push({ hunk: at.hunk, old: isOld ? at.old : null, now: isNow ? at.now : null, text: line.slice(1) });
    if (isOld) [at.old, at.oldLeft] = [at.old + 1, at.oldLeft - 1];
    if (isNow) [at.now, at.nowLeft] = [at.now + 1, at.nowLeft - 1];
  }
  return lines;
}

/** How many lines a file's diff adds and removes together; none when its patch is not known. */
export function changedLines({ patch }: DiffFile): number {
  return diffLines(patch ?? '').filter(({ old, now }) => old === null || now === null).length;
}

/** Where somebody means to be in a diff; lines as in {@link DiffPlace}. */
export interface MeantPlace {
  readonly path: string;
  readonly side: 'left' | 'right';
  readonly line: number;
  readonly start_line: number | null;
}

/** A place that every host takes, with the lines it covers. `exact`: they are those that were meant. */
export interface ShownPlace {
  readonly place: DiffPlace;
  readonly lines: readonly DiffLine[];
  readonly exact: boolean;
}

/**
 * The place in a diff that was meant: on a line that the diff shows; a line that both files have is one of the new file; a
 * range within one hunk and on one side, else its last line alone. Undefined when the diff does not show that line.
 */
export function shownPlace(files: readonly DiffFile[], meant: MeantPlace): ShownPlace | undefined {
  const file =
    files.find(({ path }) => path === meant.path) ??
    files.find(({ oldPath, status }) => status === 'renamed' && oldPath === meant.path);
  if (file === undefined) return undefined;
  const all = diffLines(file.patch ?? '');
  const find = (line: number): DiffLine | undefined =>
    all.find((one) => (meant.side === 'left' ? one.old : one.now) === line);
  const last = find(meant.line);
  if (last === undefined) return undefined;
  const first = meant.start_line === null ? last : find(meant.start_line);
  const side = last.now === null ? 'left' : 'right';
  // On the left only what was removed counts: a line that both files have is one of the new file.
  const numberOn = ({ old, now }: DiffLine): number | null => (side === 'right' ? now : now === null ? old : null);
  const end = numberOn(last) ?? meant.line;
  const start = first?.hunk === last.hunk ? numberOn(first) : null;
  const isRange = start !== null && start < end;
  const lines = all.filter((one) => {
    const number = numberOn(one);
    return number !== null && number >= (isRange ? start : end) && number <= end && one.hunk === last.hunk;
  });
  const { path, oldPath } = file;
  return {
    place: { path, oldPath, side, line: end, startLine: isRange ? start : null },
    lines,
    exact: side === meant.side && (isRange ? start : null) === meant.start_line,
  };
}
