import type { Actor } from '#core/domain/host/repo.ts';
import type { ThreadComment } from '#core/ports/host/thread-reader.ts';
import { isBotName } from '../wire/accounts.ts';
import type { FoundNote, FoundNotes } from './note-pages.ts';

/** Changes of a description: ticking a task is one, and may hide another (app/services/issuable/common_system_notes_service.rb). */
const OF_THE_BODY: ReadonlySet<string> = new Set(['description', 'task']);
const OF_THE_TITLE: ReadonlySet<string> = new Set(['title']);

/** An account as the core knows it; who is gone is a ghost. */
export function toAuthor(author: FoundNote['author']): Actor {
  if (author === null || author === undefined) return { id: 0, login: 'ghost', bot: false };
  const { id, username, bot } = author;
  return { id, login: username, bot: bot === true || isBotName(username) };
}

/**
 * When a description was last changed, or with `titles` also a title; null when it never was. GitLab says so in notes of its
 * own, made right after the change; where there are more notes than were read, it may have been at the beginning of those
 * that were.
 */
export function editedAtOf({ notes, unbrokenSince }: FoundNotes, { titles }: { titles: boolean }): string | null {
  const edit = notes.findLast(({ system, systemNoteMetadata }) => {
    const action = systemNoteMetadata?.action ?? '';
    return system && (OF_THE_BODY.has(action) || (titles && OF_THE_TITLE.has(action)));
  });
  if (unbrokenSince === null) return edit?.createdAt ?? null;
  return edit !== undefined && Date.parse(edit.createdAt) >= Date.parse(unbrokenSince) ? edit.createdAt : unbrokenSince;
}

/** Whether everybody who sees the thread may read a note, and a person or bot has written it. */
export function isWord({ system, internal }: FoundNote): boolean {
  return !system && internal !== true;
}

/** What is needed to tell a note: our own number, the commit that the thread is about now, and the hunks of places. */
export interface NoteSurroundings {
  readonly ourId: number;
  readonly headSha: string | null;
  readonly hunkOf: (note: FoundNote) => string;
}

/**
 * A note of a conversation. What was said about another commit than the newest is outdated: GitLab moves places that are
 * still there. A reply turns a note into a discussion, our progress note as well, and that is none.
 */
export function toThreadComment(note: FoundNote, { ourId, headSha, hunkOf }: NoteSurroundings): ThreadComment {
  const { id, body, createdAt, lastEditedAt, position } = note;
  const author = toAuthor(note.author);
  const at = position
    ? {
        path: position.filePath,
        line: position.diffRefs.headSha === headSha ? (position.newLine ?? position.oldLine ?? null) : null,
        hunk: hunkOf(note),
      }
    : null;
  const isOurs = author.id === ourId && at === null;
  return {
    id,
    author,
    body,
    createdAt,
    editedAt: lastEditedAt ?? null,
    at,
    discussion: isOurs ? null : discussionOf(note),
  };
}

/** Under the name that REST has for it too; what cannot be resolved is no discussion. */
function discussionOf({ discussion }: FoundNote): ThreadComment['discussion'] {
  if (!discussion?.resolvable) return null;
  return { id: discussion.id.slice(discussion.id.lastIndexOf('/') + 1), resolved: discussion.resolved };
}
