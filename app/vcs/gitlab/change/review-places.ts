import { createHash } from 'node:crypto';
import { diffLines, type DiffLine, type DiffPlace } from '#core/domain/change/diff.ts';
import { AppError } from '#core/domain/errors.ts';
import type { ChangeDiff } from '#core/ports/host/reviewer.ts';

/** One end of several lines, as GitLab takes it. `type` is null for a line that both files have. */
interface LineEnd {
  readonly line_code: string;
  readonly type: 'new' | 'old' | null;
  readonly old_line?: number;
  readonly new_line?: number;
}

/** A place in a diff, as GitLab takes it. */
export interface Position {
  readonly base_sha: string;
  readonly start_sha: string;
  readonly head_sha: string;
  readonly position_type: 'text';
  readonly old_path: string;
  readonly new_path: string;
  readonly old_line?: number;
  readonly new_line?: number;
  readonly line_range?: { readonly start: LineEnd; readonly end: LineEnd };
}

/**
 * A place in GitLab's words: an added line goes by its new number, a removed one by its old number, one that both files have
 * by both. Several lines hang on their last one. Source:
 * https://docs.gitlab.com/api/discussions/#create-new-merge-request-thread
 * @throws AppError `invalid` for a line that the diff does not show.
 */
export function positionOf(diff: ChangeDiff, place: DiffPlace): Position {
  const { path, side, line, startLine } = place;
  const file = diff.files.find((one) => one.path === path);
  const ends = file === undefined ? [] : lineEnds(path, file.patch ?? '');
  const at = (number: number): LineEnd => {
    const found = ends.find((end) => (side === 'left' ? end.old_line : end.new_line) === number);
    if (found !== undefined) return found;
    throw new AppError('invalid', `line ${number} is not in the diff of a file`, { context: { line: number } });
  };
  const end = at(line);
  const { line_code: _code, type: _type, ...numbers } = end;
  return {
    base_sha: diff.startSha,
    start_sha: diff.baseSha,
    head_sha: diff.headSha,
    position_type: 'text',
    old_path: file?.oldPath ?? path,
    new_path: path,
    ...numbers,
    ...(startLine === null ? {} : { line_range: { start: at(startLine), end } }),
  };
}

/**
 * Every line that a patch shows. Its code is the SHA-1 of the path and where both files are at that line, also where one of
 * them does not have it (https://docs.gitlab.com/api/discussions/#line-code).
 */
function lineEnds(path: string, patch: string): readonly LineEnd[] {
  const heads = [...patch.matchAll(/^@@ -(\d+)(?:,\d+)? \+(\d+)/gm)];
  const hash = createHash('sha1').update(path).digest('hex');
  const at = { hunk: -1, old: 0, now: 0 };
  return diffLines(patch).map((line) => {
    const [, old, now] = heads[line.hunk] ?? [];
    if (line.hunk !== at.hunk) Object.assign(at, { hunk: line.hunk, old: Number(old), now: Number(now) });
    const code = `${hash}_${at.old}_${at.now}`;
    if (line.old !== null) at.old += 1;
    if (line.now !== null) at.now += 1;
    return toEnd(line, code);
  });
}

function toEnd({ old, now }: DiffLine, code: string): LineEnd {
  if (old === null) return { line_code: code, type: 'new', ...(now === null ? {} : { new_line: now }) };
  if (now === null) return { line_code: code, type: 'old', old_line: old };
  return { line_code: code, type: null, old_line: old, new_line: now };
}
