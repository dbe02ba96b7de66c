import { addNote } from './conversations.ts';
import { listDiffs, listLines, type DiffLine, type FileDiff } from './diffs.ts';
import type { Position } from './position.ts';
import type { MergeRequestRecord, ProjectRecord, VersionRecord } from './records.ts';
import type { World } from './world.ts';

interface Move {
  readonly directory: string;
  readonly from: VersionRecord;
  readonly to: VersionRecord;
}

/**
 * Moves the places of discussions from one version of a merge request to the next, as GitLab does while it takes in a push:
 * a place whose line is as it was goes along, any other stays in its version and is outdated, which a system note in the
 * discussion says. Source: GitLab's `Discussions::UpdateDiffPositionService` and `Gitlab::Diff::PositionTracer`.
 */
export async function tracePositions(
  world: World,
  place: { readonly project: ProjectRecord; readonly mergeRequest: MergeRequestRecord },
  versions: Pick<Move, 'from' | 'to'>,
): Promise<void> {
  const { project, mergeRequest } = place;
  const move = { directory: project.directory, ...versions };
  const threads = mergeRequest.notes.filter((note) => note.position !== undefined && isOf(note.position, move.from));
  const traced = new Map<string, Position | undefined>();
  for (const note of threads) {
    if (note.position && !traced.has(note.discussionId)) {
      traced.set(note.discussionId, await trace(move, note.position));
    }
  }
  for (const note of threads) note.position = traced.get(note.discussionId) ?? note.position;
  for (const [discussionId, position] of traced) {
    if (position !== undefined) continue;
    const body = 'changed this line in the newest version of the diff';
    addNote(world, mergeRequest, { author: mergeRequest.author, body, discussionId, system: true });
  }
}

function isOf(position: Position, { baseSha, startSha, headSha }: VersionRecord): boolean {
  return position.base_sha === baseSha && position.start_sha === startSha && position.head_sha === headSha;
}

async function trace(move: Move, position: Position): Promise<Position | undefined> {
  const { directory, to } = move;
  const span = { base: to.baseSha, head: to.headSha };
  const isNew = (position.new_line ?? undefined) !== undefined;
  const path = await pathAfter(move, position, isNew);
  const files = await listDiffs(directory, span);
  const file = files.find((one) => (isNew ? one.new_path : one.old_path) === path);
  if (!file) return undefined;
  const number = await lineAfter(move, position, { isNew, path });
  const lines = await listLines(directory, span, file);
  const line = lines.find((one) => number !== undefined && (isNew ? one.newLine : one.oldLine) === number);
  // A line that was removed and is back again is no place of the old side any more.
  if (!line || (!isNew && line.newLine !== undefined)) return undefined;
  return placed(position, { to, file, line });
}

function placed(position: Position, at: { to: VersionRecord; file: FileDiff; line: DiffLine }): Position {
  const { to, file, line } = at;
  return {
    ...position,
    base_sha: to.baseSha,
    start_sha: to.startSha,
    head_sha: to.headSha,
    old_path: file.old_path,
    new_path: file.new_path,
    old_line: line.oldLine ?? null,
    new_line: line.newLine ?? null,
  };
}

function spanOf({ from, to }: Move, isNew: boolean) {
  return isNew ? { base: from.headSha, head: to.headSha } : { base: from.baseSha, head: to.baseSha };
}

/** Where the file is after the move, on the side the line is on. */
async function pathAfter(move: Move, position: Position, isNew: boolean): Promise<string | undefined> {
  const path = isNew ? position.new_path : position.old_path;
  const moved = (await listDiffs(move.directory, spanOf(move, isNew))).find((one) => one.old_path === path);
  if (moved?.deleted_file === true) return undefined;
  return moved?.new_path ?? path;
}

/** The number of the line after the move; undefined when it was changed. */
async function lineAfter(
  move: Move,
  position: Position,
  { isNew, path }: { isNew: boolean; path: string | undefined },
): Promise<number | undefined> {
  const before = (isNew ? position.new_line : position.old_line) ?? undefined;
  const former = isNew ? position.new_path : position.old_path;
  if (former === undefined || path === undefined) return undefined;
  const lines = await listLines(move.directory, spanOf(move, isNew), { old_path: former, new_path: path });
  if (lines.length === 0) return before;
  return lines.find((one) => one.oldLine === before)?.newLine;
}
