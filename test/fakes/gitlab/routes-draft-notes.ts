import { z } from 'zod';
import type { DraftRecord } from './draft-records.ts';
import { addDraft, draftsOf, publishDrafts, removeDraft, type DraftPlace } from './drafts.ts';
import { notFound } from './failure.ts';
import { mergeRequestOf } from './place.ts';
import { Position } from './position.ts';
import { Nothing, projectRoute, type ProjectCall, type Route } from './route.ts';
import { Flag, Id } from './shapes-user.ts';
import { announceNote } from './webhook-events.ts';

/** The position of a draft without one: every part is there and null. */
const NoPosition = z.strictObject({
  base_sha: z.null(),
  start_sha: z.null(),
  head_sha: z.null(),
  old_path: z.null(),
  new_path: z.null(),
  position_type: z.literal('text'),
  old_line: z.null(),
  new_line: z.null(),
  line_range: z.null(),
});
const DraftNote = z.strictObject({
  id: Id,
  author_id: Id,
  merge_request_id: Id,
  resolve_discussion: z.boolean(),
  discussion_id: z.null(),
  note: z.string(),
  commit_id: z.null(),
  line_code: z.string().nullable(),
  position: z.union([Position, NoPosition]),
});
const NewDraft = z.strictObject({
  note: z.string(),
  position: Position.optional(),
  resolve_discussion: Flag.optional(),
});
const LIST = '/projects/:id/merge_requests/:merge_request_iid/draft_notes';

/** Notes that are not published yet, without replies: https://docs.gitlab.com/api/draft_notes/. The list has no pages. */
export const draftNoteRoutes: readonly Route[] = [
  projectRoute(`GET ${LIST}`, { need: 'comment', input: Nothing, answer: z.array(DraftNote) }, (call) => ({
    status: 200,
    body: draftsOf(placeOf(call)).map((draft) => render(placeOf(call), draft)),
  })),
  projectRoute(`POST ${LIST}`, { need: 'comment', input: NewDraft, answer: DraftNote }, async (call) => {
    const { note: body, position } = call.input;
    const draft = await addDraft(call.world, placeOf(call), { body, position });
    return { status: 201, body: render(placeOf(call), draft), wrote: { kind: 'draft.create', id: draft.id } };
  }),
  projectRoute(`DELETE ${LIST}/:draft_note_id`, { need: 'comment', input: Nothing, answer: undefined }, (call) => {
    const id = Number(call.params['draft_note_id']);
    if (!removeDraft(placeOf(call), id)) throw notFound('');
    return { status: 204, wrote: { kind: 'draft.delete', id } };
  }),
  projectRoute(`POST ${LIST}/bulk_publish`, { need: 'comment', input: Nothing, answer: undefined }, (call) => {
    const { world, project, user } = call;
    const place = placeOf(call);
    for (const note of publishDrafts(world, place)) {
      const at = { project, noteable: place.mergeRequest, note };
      world.hooks.background(announceNote(world, at, { action: 'create', by: user }));
    }
    return { status: 204, wrote: { kind: 'draft.publish', id: place.mergeRequest.id } };
  }),
];

function placeOf(call: ProjectCall<unknown>): DraftPlace {
  return { project: call.project, mergeRequest: mergeRequestOf(call), author: call.user };
}

function render({ mergeRequest }: DraftPlace, { id, authorId, body, position, lineCode }: DraftRecord) {
  const nothing = { base_sha: null, start_sha: null, head_sha: null, old_path: null, new_path: null };
  return {
    id,
    author_id: authorId,
    merge_request_id: mergeRequest.id,
    resolve_discussion: false,
    discussion_id: null,
    note: body,
    commit_id: null,
    line_code: lineCode ?? null,
    position: position ?? { ...nothing, position_type: 'text', old_line: null, new_line: null, line_range: null },
  };
}
