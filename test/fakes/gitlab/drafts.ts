import { addNote } from './conversations.ts';
import type { DraftRecord } from './draft-records.ts';
import { GitLabFailure, refused } from './failure.ts';
import type { Position } from './position.ts';
import { lineCodeOf } from './positions.ts';
import type { MergeRequestRecord, NoteRecord, ProjectRecord, UserRecord } from './records.ts';
import type { World } from './world.ts';

/** What of a merge request a draft is about. */
export interface DraftPlace {
  readonly project: ProjectRecord;
  readonly mergeRequest: MergeRequestRecord;
  readonly author: UserRecord;
}

/**
 * Keeps a note for later. Unlike a discussion, a draft at a place that is not in the diff is taken, without a line code; it is
 * lost when it is published. Source: GitLab's `DraftNotes::CreateService` and `DraftNote`.
 * @throws GitLabFailure 400 without a text
 */
export async function addDraft(
  world: World,
  { project, mergeRequest, author }: DraftPlace,
  input: { readonly body: string; readonly position: Position | undefined },
): Promise<DraftRecord> {
  if (input.body.trim() === '') throw refused(400, { note: ["can't be blank"] });
  const lineCode = input.position && (await lineCodeIfAny(project, mergeRequest, input.position));
  const draft: DraftRecord = { id: world.nextId(), authorId: author.id, ...input, lineCode };
  mergeRequest.drafts.push(draft);
  return draft;
}

async function lineCodeIfAny(project: ProjectRecord, mergeRequest: MergeRequestRecord, position: Position) {
  try {
    return await lineCodeOf(project, mergeRequest, position);
  } catch (error) {
    if (error instanceof GitLabFailure) return undefined;
    throw error;
  }
}

/** Somebody's drafts, oldest first. */
export function draftsOf({ mergeRequest, author }: DraftPlace): readonly DraftRecord[] {
  return mergeRequest.drafts.filter((one) => one.authorId === author.id);
}

/** Removes a draft of somebody's own; false when there is none. */
export function removeDraft({ mergeRequest, author }: DraftPlace, id: number): boolean {
  const index = mergeRequest.drafts.findIndex((one) => one.id === id && one.authorId === author.id);
  if (index >= 0) mergeRequest.drafts.splice(index, 1);
  return index >= 0;
}

/**
 * Makes notes of somebody's drafts, one after the other, and forgets them all: a draft that makes no valid note is gone as
 * well, and nobody is told. Source: GitLab's `DraftNotes::PublishService`.
 */
export function publishDrafts(world: World, place: DraftPlace): readonly NoteRecord[] {
  const { mergeRequest, author } = place;
  const mine = draftsOf(place);
  const notes = mine.flatMap(({ body, position, lineCode }) => {
    if (position && lineCode === undefined && position.position_type === 'text') return [];
    const type = position ? 'DiffNote' : 'DiscussionNote';
    try {
      return [addNote(world, mergeRequest, { author, body, type, position, lineCode })];
    } catch (error) {
      if (error instanceof GitLabFailure) return [];
      throw error;
    }
  });
  for (const { id } of mine) removeDraft(place, id);
  return notes;
}
