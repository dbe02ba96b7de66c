import {
  hookIssue,
  hookPerson,
  hookProject,
  hookRepository,
  hookTime,
  hookTimeOrNull,
  hookUser,
  webUrlOf,
} from './hook-attributes.ts';
import { hookMergeRequest } from './hook-merge-request.ts';
import type {
  IssueRecord,
  MergeRequestRecord,
  NoteableRecord,
  NoteRecord,
  ProjectRecord,
  ReactionRecord,
  UserRecord,
} from './records.ts';
import type { Delivery } from './webhook-sender.ts';
import type { World } from './world.ts';

/** What changed, per attribute: former and present value. */
export type Changes = Readonly<Record<string, { readonly previous: unknown; readonly current: unknown }>>;

/** What happened and by whom; `oldrev` is the former head when code was pushed. */
export interface Happening {
  readonly action: string;
  readonly by: UserRecord;
  readonly changes?: Changes;
  readonly oldrev?: string;
}

/** Where a note hangs. */
export interface NotePlace {
  readonly project: ProjectRecord;
  readonly noteable: NoteableRecord;
}

/** Delivers an Issue Hook. */
export function announceIssue(
  world: World,
  { project, issue }: { readonly project: ProjectRecord; readonly issue: IssueRecord },
  { action, by, changes = {} }: Happening,
): Promise<Delivery> {
  const attributes = hookIssue(world, project, issue);
  return world.hooks.send(project, 'issue', {
    object_kind: 'issue',
    event_type: 'issue',
    user: hookUser(by),
    project: hookProject(world, project),
    object_attributes: { ...attributes, action },
    labels: attributes.labels,
    changes,
    repository: hookRepository(world, project),
    ...people(issue),
  });
}

/** Delivers a Merge Request Hook. */
export async function announceMergeRequest(
  world: World,
  { project, mergeRequest }: { readonly project: ProjectRecord; readonly mergeRequest: MergeRequestRecord },
  { action, by, changes = {}, oldrev }: Happening,
): Promise<Delivery> {
  const attributes = await hookMergeRequest(world, project, mergeRequest);
  return world.hooks.send(project, 'merge_request', {
    object_kind: 'merge_request',
    event_type: 'merge_request',
    user: hookUser(by),
    project: hookProject(world, project),
    object_attributes: { ...attributes, action, ...(oldrev === undefined ? {} : { oldrev }) },
    labels: attributes.labels,
    changes,
    repository: hookRepository(world, project),
    ...people(mergeRequest),
    ...(mergeRequest.reviewers.length > 0 ? { reviewers: mergeRequest.reviewers.map(hookPerson) } : {}),
  });
}

function people({ assignees }: NoteableRecord) {
  return assignees.length > 0 ? { assignees: assignees.map(hookPerson) } : {};
}

/** Delivers a Note Hook, for issues and merge requests alike. Notes the system writes are not announced. */
export async function announceNote(
  world: World,
  place: NotePlace & { readonly note: NoteRecord },
  { action, by }: Happening,
): Promise<Delivery> {
  const { project, noteable } = place;
  return world.hooks.send(project, 'note', {
    object_kind: 'note',
    event_type: 'note',
    user: hookUser(by),
    project_id: project.id,
    project: hookProject(world, project),
    object_attributes: { ...hookNote(world, place), action },
    repository: hookRepository(world, project),
    ...(noteable.kind === 'issue'
      ? { issue: hookIssue(world, project, noteable) }
      : { merge_request: await hookMergeRequest(world, project, noteable) }),
  });
}

/** Delivers an Emoji Hook; the note is there when that is what was reacted to. */
export async function announceReaction(
  world: World,
  place: NotePlace & { readonly note: NoteRecord | undefined; readonly reaction: ReactionRecord },
  { action, by }: Happening,
): Promise<Delivery> {
  const { project, noteable, note, reaction } = place;
  const at = hookTime(reaction.createdAt);
  const whole = noteable.kind === 'issue' ? 'Issue' : 'MergeRequest';
  const url = webUrlOf(world, project, noteable);
  return world.hooks.send(project, 'emoji', {
    object_kind: 'emoji',
    event_type: action,
    user: hookUser(by),
    project_id: project.id,
    project: hookProject(world, project),
    object_attributes: {
      user_id: reaction.user.id,
      created_at: at,
      id: reaction.id,
      name: reaction.content,
      awardable_type: note ? 'Note' : whole,
      awardable_id: note?.id ?? noteable.id,
      updated_at: at,
      action,
      awarded_on_url: note ? `${url}#note_${note.id}` : url,
    },
    ...(note ? { note: hookNote(world, { project, noteable, note }) } : {}),
    ...(noteable.kind === 'issue'
      ? { issue: hookIssue(world, project, noteable) }
      : { merge_request: await hookMergeRequest(world, project, noteable) }),
  });
}

function hookNote(world: World, { project, noteable, note }: NotePlace & { readonly note: NoteRecord }) {
  return {
    id: note.id,
    note: note.body,
    description: note.body,
    noteable_type: noteable.kind === 'issue' ? 'Issue' : 'MergeRequest',
    noteable_id: noteable.id,
    author_id: note.author.id,
    created_at: hookTime(note.createdAt),
    updated_at: hookTime(note.updatedAt),
    updated_by_id: null,
    project_id: project.id,
    attachment: null,
    line_code: note.lineCode ?? null,
    commit_id: null,
    discussion_id: note.discussionId,
    system: note.system,
    st_diff: null,
    type: note.type,
    position: note.position ?? null,
    original_position: note.position ?? null,
    change_position: null,
    resolved_at: hookTimeOrNull(note.resolvedAt),
    resolved_by_id: note.resolvedBy?.id ?? null,
    resolved_by_push: null,
    url: `${webUrlOf(world, project, noteable)}#note_${note.id}`,
  };
}
