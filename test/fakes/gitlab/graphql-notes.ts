import { isResolvable } from './conversations.ts';
import type { NoteableRecord, NoteRecord } from './records.ts';

const PAGE_NOTES_MAX = 100;

/** Which of the notes, by the rules of https://docs.gitlab.com/api/graphql/#pagination */
export interface NoteRange {
  readonly first?: number | undefined;
  readonly after?: string | undefined;
  readonly last?: number | undefined;
  readonly before?: string | undefined;
}

/** A connection of notes, lowest number first. */
export function renderNotes(noteable: NoteableRecord, range: NoteRange) {
  if (range.first !== undefined && range.last !== undefined)
    throw new Error('Can only provide either `first` or `last`, not both');
  const all = noteable.notes.toSorted((one, other) => one.id - other.id);
  const from = range.after === undefined ? 0 : all.findIndex(({ id }) => cursorOf(id) === range.after) + 1;
  const to = range.before === undefined ? all.length : all.findIndex(({ id }) => cursorOf(id) === range.before);
  const sliced = all.slice(from, to);
  const count = Math.min(PAGE_NOTES_MAX, range.first ?? range.last ?? PAGE_NOTES_MAX);
  const page = range.last === undefined ? sliced.slice(0, count) : sliced.slice(-count);
  const [start, end] = [page[0], page.at(-1)];
  return {
    pageInfo: {
      hasNextPage: range.before !== undefined || (range.last === undefined && sliced.length > count),
      hasPreviousPage: range.after !== undefined || (range.last !== undefined && sliced.length > count),
      startCursor: start === undefined ? null : cursorOf(start.id),
      endCursor: end === undefined ? null : cursorOf(end.id),
    },
    nodes: page.map((note) => renderNode(noteable, note)),
  };
}

function cursorOf(id: number): string {
  return Buffer.from(JSON.stringify({ id: String(id) })).toString('base64url');
}

function renderNode(noteable: NoteableRecord, note: NoteRecord) {
  const { author, type, position, action, resolvedBy } = note;
  const resolvable = noteable.kind === 'merge_request' && isResolvable(note);
  const kind = type === null ? 'IndividualNoteDiscussion' : type === 'DiffNote' ? 'DiffDiscussion' : 'Discussion';
  return {
    id: `gid://gitlab/${type ?? 'Note'}/${note.id}`,
    body: note.body,
    system: note.system,
    internal: false,
    createdAt: secondsOf(note.createdAt),
    lastEditedAt: note.lastEditedAt === undefined ? null : secondsOf(note.lastEditedAt),
    author: { id: `gid://gitlab/User/${author.id}`, username: author.login, bot: author.bot },
    systemNoteMetadata: action === undefined ? null : { action },
    discussion: {
      id: `gid://gitlab/${kind}/${note.discussionId}`,
      resolvable,
      resolved: resolvable && resolvedBy !== undefined,
    },
    position: position
      ? {
          filePath: position.new_path ?? position.old_path,
          oldPath: position.old_path ?? null,
          newPath: position.new_path ?? null,
          oldLine: position.old_line ?? null,
          newLine: position.new_line ?? null,
          diffRefs: { baseSha: position.base_sha, headSha: position.head_sha, startSha: position.start_sha },
        }
      : null,
  };
}

/** GraphQL has whole seconds where REST has milliseconds. */
function secondsOf(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
