import { z } from 'zod';
import { addNote, changeNote, removeNote } from './conversations.ts';
import { forbidden } from './failure.ts';
import { mayDo } from './membership.ts';
import { PageInput, paginate } from './paginate.ts';
import { noteableOf, noteOf } from './place.ts';
import type { NoteRecord } from './records.ts';
import { renderNote } from './render-issue.ts';
import { Nothing, projectRoute, type ProjectCall, type Route } from './route.ts';
import { Note } from './shapes-conversation.ts';
import { announceNote } from './webhook-events.ts';

const NoteList = z.strictObject({
  ...PageInput,
  sort: z.enum(['asc', 'desc']).optional(),
  order_by: z.enum(['created_at', 'updated_at']).optional(),
  activity_filter: z.enum(['all_notes', 'only_comments', 'only_activity']).optional(),
});
const NoteBody = z.strictObject({ body: z.string() });

/** Notes on issues and merge requests: https://docs.gitlab.com/api/notes/ */
export const noteRoutes: readonly Route[] = [
  ...routesOn('/issues/:issue_iid/notes'),
  ...routesOn('/merge_requests/:merge_request_iid/notes'),
];

function routesOn(suffix: '/issues/:issue_iid/notes' | '/merge_requests/:merge_request_iid/notes'): Route[] {
  return [
    projectRoute(`GET /projects/:id${suffix}`, { need: 'project', input: NoteList, answer: z.array(Note) }, listNotes),
    projectRoute(`POST /projects/:id${suffix}`, { need: 'comment', input: NoteBody, answer: Note }, (call) => {
      const { world, project, user, input } = call;
      const noteable = noteableOf(call);
      const note = addNote(world, noteable, { author: user, body: input.body });
      const place = { project, noteable, note };
      world.hooks.background(announceNote(world, place, { action: 'create', by: user }));
      return { status: 201, body: renderNote(world, place, note), wrote: { kind: 'comment.create', id: note.id } };
    }),
    projectRoute(`GET /projects/:id${suffix}/:note_id`, { need: 'project', input: Nothing, answer: Note }, (call) => {
      const noteable = noteableOf(call);
      const place = { project: call.project, noteable };
      return { status: 200, body: renderNote(call.world, place, noteOf(call, noteable)) };
    }),
    projectRoute(`PUT /projects/:id${suffix}/:note_id`, { need: 'comment', input: NoteBody, answer: Note }, (call) => {
      const { world, project, user, input } = call;
      const noteable = noteableOf(call);
      const note = owned(call, noteOf(call, noteable));
      changeNote(world, note, input.body);
      const place = { project, noteable, note };
      world.hooks.background(announceNote(world, place, { action: 'update', by: user }));
      return { status: 200, body: renderNote(world, place, note), wrote: { kind: 'comment.update', id: note.id } };
    }),
    projectRoute(
      `DELETE /projects/:id${suffix}/:note_id`,
      { need: 'comment', input: Nothing, answer: undefined },
      (call) => {
        const noteable = noteableOf(call);
        const note = owned(call, noteOf(call, noteable));
        removeNote(noteable, note);
        return { status: 204, wrote: { kind: 'comment.delete', id: note.id } };
      },
    ),
  ];
}

function listNotes(call: ProjectCall<z.infer<typeof NoteList>>) {
  const { world, project, input } = call;
  const noteable = noteableOf(call);
  const key = (note: NoteRecord): number => (input.order_by === 'updated_at' ? note.updatedAt : note.createdAt);
  const wanted = noteable.notes.filter((note) => {
    if (input.activity_filter === 'only_comments') return !note.system;
    return input.activity_filter === 'only_activity' ? note.system : true;
  });
  const rising = wanted.toSorted((a, b) => key(a) - key(b) || a.id - b.id);
  const { page, headers } = paginate(call, input, input.sort === 'asc' ? rising : rising.toReversed());
  return { status: 200, body: page.map((note) => renderNote(world, { project, noteable }, note)), headers };
}

// The author may change a note, and so may maintainers; nobody changes what the system wrote.
function owned({ world, project, user }: ProjectCall<unknown>, note: NoteRecord): NoteRecord {
  const may = note.author === user || mayDo(project, user, { need: 'maintain', nowMs: world.now() });
  if (note.system || !may) throw forbidden();
  return note;
}
