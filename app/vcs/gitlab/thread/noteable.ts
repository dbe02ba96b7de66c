import { AppError } from '#core/domain/errors.ts';
import type { Thread } from '#core/domain/host/inbound.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';

/** What notes hang on. Issues and merge requests are numbered apart, so a number alone names neither. */
export type Noteable = Pick<Thread, 'kind' | 'number'>;

/** A note of a project, named by what it hangs on. */
export interface NotePlace {
  readonly on: Noteable;
  readonly id: number;
}

const SEGMENTS = { issue: 'issues', pull: 'merge_requests' } as const;
const NOTE_PATH = /^(issues|merge_requests)\/([1-9]\d{0,15})\/notes\/([1-9]\d{0,15})$/;

/** A note as the ledger keeps it, `issues/3/notes/99`: GitLab has no address for a note by its number alone. */
export function noteIdOf({ on, id }: NotePlace): string {
  return `${SEGMENTS[on.kind]}/${on.number}/notes/${id}`;
}

/**
 * The note that the ledger means.
 * @throws AppError `invalid` when the text is no such id, so that it never becomes part of another path.
 */
export function notePlaceOf(externalId: string): NotePlace {
  const [, segment, number, id] = NOTE_PATH.exec(externalId) ?? [];
  if (segment === undefined) throw new AppError('invalid', 'note id is not one of ours');
  return { on: { kind: segment === 'issues' ? 'issue' : 'pull', number: Number(number) }, id: Number(id) };
}

/** As people write it: `team/app#3` or `team/app!4`. */
export function nameOf(repo: RepoRef, { kind, number }: Noteable): string {
  return `${fullName(repo)}${kind === 'issue' ? '#' : '!'}${number}`;
}

/** The page of a project that people read it on; `webUrl` without trailing slash. */
export function pageOf(webUrl: string, repo: RepoRef, place: Noteable): string {
  return `${webUrl}/${fullName(repo)}/-/${SEGMENTS[place.kind]}/${place.number}`;
}
