import { listDiffs, listLines, type DiffLine } from './diffs.ts';
import { badRequest } from './failure.ts';
import type { Position } from './position.ts';
import type { MergeRequestRecord, ProjectRecord } from './records.ts';

// What GitLab says of a line that is not in the diff, whatever else is wrong with the position.
const NO_LINE = 'Note {:line_code=>["can\'t be blank", "must be a valid line code"]}';

/**
 * The line code of a position: added lines by `new_line` alone, removed ones by `old_line` alone, unchanged ones by
 * both (https://docs.gitlab.com/api/discussions/#create-new-merge-request-thread). Undefined for a whole file.
 * @throws GitLabFailure 400 when the commits are no version of the merge request or the line is not in its diff.
 */
export async function lineCodeOf(
  project: ProjectRecord,
  mergeRequest: MergeRequestRecord,
  position: Position,
): Promise<string | undefined> {
  if (position.old_path === undefined && position.new_path === undefined) {
    throw badRequest(
      'Note {:position=>["is incomplete"], :line_code=>["can\'t be blank", "must be a valid line code"]}',
    );
  }
  const version = mergeRequest.versions.find(
    (one) =>
      one.baseSha === position.base_sha && one.startSha === position.start_sha && one.headSha === position.head_sha,
  );
  if (!version) throw badRequest(NO_LINE);
  const span = { base: version.baseSha, head: version.headSha };
  const oldPath = position.old_path ?? position.new_path;
  const newPath = position.new_path ?? position.old_path;
  const files = await listDiffs(project.directory, span);
  const file = files.find((one) => one.new_path === newPath && one.old_path === oldPath);
  if (!file) throw badRequest(NO_LINE);
  if (position.position_type === 'file') return undefined;
  const lines = await listLines(project.directory, span, file);
  const line = lines.find((one) => standsAt(one, position));
  if (!line) throw badRequest(NO_LINE);
  for (const end of [position.line_range?.start, position.line_range?.end]) {
    if (end?.line_code !== undefined && !lines.some((one) => one.lineCode === end.line_code)) throw badRequest(NO_LINE);
  }
  return line.lineCode;
}

function standsAt(line: DiffLine, position: Position): boolean {
  return line.oldLine === (position.old_line ?? undefined) && line.newLine === (position.new_line ?? undefined);
}
