import { z } from 'zod';
import { mayDo } from './membership.ts';
import { PageInput, paginate } from './paginate.ts';
import type { NoteableRecord, NoteRecord, ProjectRecord, UserRecord } from './records.ts';
import { renderNote } from './render-issue.ts';
import { renderProject } from './render-project.ts';
import { isoTime, renderUser } from './render-user.ts';
import { projectRoute, tokenRoute, type ProjectCall, type Route } from './route.ts';
import { Event } from './shapes-event.ts';
import { Project } from './shapes-project.ts';
import { Day, Flag } from './shapes-user.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;

const EventList = z.strictObject({
  ...PageInput,
  action: z.enum(['commented', 'created']).optional(),
  after: Day.optional(),
  before: Day.optional(),
  sort: z.enum(['asc', 'desc']).optional(),
});
const ProjectList = z.strictObject({
  ...PageInput,
  membership: Flag.optional(),
  archived: Flag.optional(),
  simple: Flag.optional(),
  order_by: z.enum(['id', 'created_at']).optional(),
  sort: z.enum(['asc', 'desc']).optional(),
  id_after: z.coerce.number().int().optional(),
  min_access_level: z.coerce.number().int().optional(),
});

/** One thing that happened. `at` is in milliseconds since the epoch. */
interface Happened {
  readonly id: number;
  readonly at: number;
  readonly action: 'commented' | 'created';
  readonly author: UserRecord;
  readonly noteable: NoteableRecord;
  readonly note: NoteRecord | undefined;
}

/** What happened in projects, and which there are: https://docs.gitlab.com/api/events/ and …/api/projects/#list-all-projects */
export const eventRoutes: readonly Route[] = [
  projectRoute(
    'GET /projects/:id/events',
    { need: 'project', input: EventList, answer: z.array(Event) },
    (call: ProjectCall<z.infer<typeof EventList>>) => {
      const { world, project, input } = call;
      const rising = happenedIn(project).filter(fits(input));
      const { page, headers } = paginate(call, input, input.sort === 'asc' ? rising : rising.toReversed());
      return { status: 200, body: page.map((one) => renderEvent(world, project, one)), headers };
    },
  ),
  tokenRoute('GET /projects', { input: ProjectList, answer: z.array(Project) }, (call) => {
    const { world, user, input } = call;
    const found = [...world.projects.values()].filter(
      (one) =>
        one.id > (input.id_after ?? 0) &&
        mayDo({ ...one, private: true }, user, { need: 'project', nowMs: world.now() }) &&
        ((input.min_access_level ?? 0) < 40 || mayDo(one, user, { need: 'maintain', nowMs: world.now() })),
    );
    const { page, headers } = paginate(
      call,
      input,
      found.toSorted((a, b) => a.id - b.id),
    );
    return { status: 200, body: page.map((one) => renderProject(world, one, user)), headers };
  }),
];

function happenedIn({ issues, mergeRequests }: ProjectRecord): Happened[] {
  return [...issues.values(), ...mergeRequests.values()]
    .flatMap((noteable): Happened[] => [
      { ...noteable, at: noteable.createdAt, action: 'created', noteable, note: undefined },
      ...noteable.notes
        .filter((note) => !note.system)
        .map((note): Happened => ({ ...note, at: note.createdAt, action: 'commented', noteable, note })),
    ])
    .toSorted((a, b) => a.at - b.at || a.id - b.id);
}

/** `after` leaves out all of its day, `before` too. */
function fits({ action, after, before }: z.infer<typeof EventList>): (event: Happened) => boolean {
  const from = after === undefined ? 0 : Date.parse(after) + DAY_MS;
  const to = before === undefined ? Number.POSITIVE_INFINITY : Date.parse(before);
  return (one) => (action === undefined || one.action === action) && one.at >= from && one.at < to;
}

function renderEvent(world: World, project: ProjectRecord, { id, at, action, author, noteable, note }: Happened) {
  const type = noteable.kind === 'issue' ? 'Issue' : 'MergeRequest';
  return {
    id,
    project_id: project.id,
    action_name: action === 'created' ? 'opened' : 'commented on',
    target_id: id,
    target_iid: note?.id ?? noteable.number,
    target_type: note === undefined ? type : (note.type ?? 'Note'),
    author_id: author.id,
    target_title: noteable.title,
    created_at: isoTime(at),
    ...(note === undefined ? {} : { note: renderNote(world, { project, noteable }, note) }),
    author: renderUser(world, author),
    imported: false,
    imported_from: 'none',
    author_username: author.login,
  };
}
