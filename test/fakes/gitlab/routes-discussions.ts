import { z } from 'zod';
import { addNote, changeNote, removeNote, resolveDiscussion } from './conversations.ts';
import { badParameter, forbidden, notFound } from './failure.ts';
import { mayDo } from './membership.ts';
import { PageInput, paginate } from './paginate.ts';
import { mergeRequestOf, noteableOf, noteOf } from './place.ts';
import { Position } from './position.ts';
import { lineCodeOf } from './positions.ts';
import type { NoteRecord, NoteableRecord } from './records.ts';
import { renderDiscussion, renderNote } from './render-issue.ts';
import { Nothing, projectRoute, type ProjectCall, type Route } from './route.ts';
import { Discussion, Note } from './shapes-conversation.ts';
import { Flag } from './shapes-user.ts';
import { announceNote } from './webhook-events.ts';

const Paged = z.strictObject(PageInput);
const NewDiscussion = z.strictObject({ body: z.string(), position: Position.optional() });
const Reply = z.strictObject({ body: z.string() });
const Resolve = z.strictObject({ resolved: Flag });
const NoteChange = z.strictObject({ body: z.string().optional(), resolved: Flag.optional() });
const LIST = '/projects/:id/merge_requests/:merge_request_iid/discussions';
const ONE = `${LIST}/:discussion_id` as const;

/** Threads on merge requests, on the diff too, and on issues: https://docs.gitlab.com/api/discussions/ */
export const discussionRoutes: readonly Route[] = [
  projectRoute(`GET ${LIST}`, { need: 'project', input: Paged, answer: z.array(Discussion) }, listDiscussions),
  projectRoute(
    'GET /projects/:id/issues/:issue_iid/discussions',
    { need: 'project', input: Paged, answer: z.array(Discussion) },
    listDiscussions,
  ),
  projectRoute(`POST ${LIST}`, { need: 'comment', input: NewDiscussion, answer: Discussion }, async (call) => {
    const { world, project, user, input } = call;
    const noteable = mergeRequestOf(call);
    const { position } = input;
    const lineCode = position && (await lineCodeOf(project, noteable, position));
    const type = position ? 'DiffNote' : 'DiscussionNote';
    const note = addNote(world, noteable, { author: user, body: input.body, type, position, lineCode });
    world.hooks.background(announceNote(world, { project, noteable, note }, { action: 'create', by: user }));
    const body = renderDiscussion(world, { project, noteable }, [note]);
    return { status: 201, body, wrote: { kind: 'discussion.create', id: note.id } };
  }),
  projectRoute(`GET ${ONE}`, { need: 'project', input: Nothing, answer: Discussion }, (call) => {
    const noteable = noteableOf(call);
    return {
      status: 200,
      body: renderDiscussion(call.world, { project: call.project, noteable }, threadOf(call, noteable)),
    };
  }),
  projectRoute(`PUT ${ONE}`, { need: 'comment', input: Resolve, answer: Discussion }, (call) => {
    const { world, project, user, input } = call;
    const noteable = noteableOf(call);
    const notes = threadOf(call, noteable);
    mustDevelop(call, noteable);
    resolveDiscussion(world, notes, { resolved: input.resolved, by: user });
    const body = renderDiscussion(world, { project, noteable }, notes);
    return { status: 200, body, wrote: { kind: 'discussion.resolve', id: call.params['discussion_id'] ?? '' } };
  }),
  projectRoute(`POST ${ONE}/notes`, { need: 'comment', input: Reply, answer: Note }, (call) => {
    const { world, project, user, input } = call;
    const noteable = noteableOf(call);
    const [first] = threadOf(call, noteable);
    if (!first) throw notFound('Discussion');
    // A note that stood alone becomes a thread with its first reply.
    first.type ??= 'DiscussionNote';
    const type = first.type === 'DiffNote' ? 'DiffNote' : 'DiscussionNote';
    const { discussionId, position, lineCode } = first;
    const note = addNote(world, noteable, { author: user, body: input.body, type, discussionId, position, lineCode });
    world.hooks.background(announceNote(world, { project, noteable, note }, { action: 'create', by: user }));
    const body = renderNote(world, { project, noteable }, note);
    return { status: 201, body, wrote: { kind: 'discussion.reply', id: note.id } };
  }),
  projectRoute(`PUT ${ONE}/notes/:note_id`, { need: 'comment', input: NoteChange, answer: Note }, changeThreadNote),
  projectRoute(`DELETE ${ONE}/notes/:note_id`, { need: 'comment', input: Nothing, answer: undefined }, (call) => {
    const noteable = noteableOf(call);
    const note = noteOf(call, noteable);
    if (note.author !== call.user) throw forbidden();
    removeNote(noteable, note);
    return { status: 204, wrote: { kind: 'comment.delete', id: note.id } };
  }),
];

function listDiscussions(call: ProjectCall<z.infer<typeof Paged>>) {
  const { world, project } = call;
  const noteable = noteableOf(call);
  const threads = new Map<string, NoteRecord[]>();
  for (const note of noteable.notes) {
    threads.set(note.discussionId, [...(threads.get(note.discussionId) ?? []), note]);
  }
  const numbered = [...threads].map(([id, notes]) => ({ id, notes }));
  const { page, headers } = paginate(call, call.input, numbered);
  return { status: 200, body: page.map(({ notes }) => renderDiscussion(world, { project, noteable }, notes)), headers };
}

function changeThreadNote(call: ProjectCall<z.infer<typeof NoteChange>>) {
  const { world, project, user, input } = call;
  const noteable = noteableOf(call);
  const note = noteOf(call, noteable);
  if ((input.body === undefined) === (input.resolved === undefined)) {
    throw badParameter('body, resolved are mutually exclusive, at least one parameter must be provided');
  }
  if (input.body !== undefined) {
    if (note.author !== user) throw forbidden();
    changeNote(world, note, input.body);
    world.hooks.background(announceNote(world, { project, noteable, note }, { action: 'update', by: user }));
  }
  if (input.resolved !== undefined) {
    mustDevelop(call, noteable);
    resolveDiscussion(world, [note], { resolved: input.resolved, by: user });
  }
  const kind = input.body === undefined ? 'discussion.resolve' : 'comment.update';
  return { status: 200, body: renderNote(world, { project, noteable }, note), wrote: { kind, id: note.id } } as const;
}

function threadOf({ params }: ProjectCall<unknown>, { notes }: NoteableRecord): NoteRecord[] {
  const found = notes.filter((one) => one.discussionId === params['discussion_id']);
  if (found.length === 0) throw notFound('Discussion');
  return found;
}

// Developers resolve, and so does the author of the merge request.
function mustDevelop({ world, project, user }: ProjectCall<unknown>, noteable: NoteableRecord): void {
  const may = noteable.author === user || mayDo(project, user, { need: 'develop', nowMs: world.now() });
  if (!may) throw forbidden();
}
