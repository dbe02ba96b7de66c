import { isResolvable } from './conversations.ts';
import { webUrlOf } from './hook-attributes.ts';
import type { IssueRecord, NoteableRecord, NoteRecord, ProjectRecord, ReactionRecord } from './records.ts';
import { isoTime, isoTimeOrNull, renderUser, renderUserOrNull } from './render-user.ts';
import type { World } from './world.ts';

/** GitLab's issue. */
export function renderIssue(world: World, project: ProjectRecord, issue: IssueRecord) {
  const self = `${world.apiUrl}/projects/${project.id}/issues/${issue.number}`;
  return {
    ...renderIssuable(world, project, issue),
    state: issue.state,
    type: 'ISSUE',
    issue_type: 'issue',
    merge_requests_count: 0,
    due_date: null,
    confidential: false,
    has_tasks: false,
    severity: 'UNKNOWN',
    moved_to_id: null,
    _links: {
      self,
      notes: `${self}/notes`,
      award_emoji: `${self}/award_emoji`,
      project: `${world.apiUrl}/projects/${project.id}`,
      closed_as_duplicate_of: null,
    },
  };
}

/** What issues and merge requests have in common. */
export function renderIssuable(world: World, project: ProjectRecord, noteable: NoteableRecord) {
  const short = `${noteable.kind === 'issue' ? '#' : '!'}${noteable.number}`;
  const votes = (name: string): number => noteable.reactions.filter((one) => one.content === name).length;
  return {
    id: noteable.id,
    iid: noteable.number,
    project_id: project.id,
    title: noteable.title,
    description: noteable.body === '' ? null : noteable.body,
    created_at: isoTime(noteable.createdAt),
    updated_at: isoTime(noteable.updatedAt),
    closed_at: isoTimeOrNull(noteable.closedAt),
    closed_by: renderUserOrNull(world, noteable.closedBy),
    labels: noteable.labels.toSorted(),
    milestone: null,
    assignees: noteable.assignees.map((one) => renderUser(world, one)),
    assignee: renderUserOrNull(world, noteable.assignees[0]),
    author: renderUser(world, noteable.author),
    user_notes_count: noteable.notes.filter((one) => !one.system).length,
    upvotes: votes('thumbsup'),
    downvotes: votes('thumbsdown'),
    discussion_locked: null,
    web_url: webUrlOf(world, project, noteable),
    time_stats: { time_estimate: 0, total_time_spent: 0, human_time_estimate: null, human_total_time_spent: null },
    task_completion_status: { count: 0, completed_count: 0 },
    references: { short, relative: short, full: `${project.fullName}${short}` },
  };
}

/** A note and what it hangs on. */
export interface NotePlace {
  readonly project: ProjectRecord;
  readonly noteable: NoteableRecord;
}

/** GitLab's note. */
export function renderNote(world: World, { project, noteable }: NotePlace, note: NoteRecord) {
  const resolvable = noteable.kind === 'merge_request' && isResolvable(note);
  return {
    id: note.id,
    type: note.type,
    body: note.body,
    attachment: null,
    author: renderUser(world, note.author),
    created_at: isoTime(note.createdAt),
    updated_at: isoTime(note.updatedAt),
    system: note.system,
    noteable_id: noteable.id,
    noteable_type: noteable.kind === 'issue' ? 'Issue' : 'MergeRequest',
    noteable_iid: noteable.number,
    project_id: project.id,
    ...(note.position === undefined ? {} : { commit_id: null, position: note.position }),
    resolvable,
    ...(resolvable
      ? {
          resolved: note.resolvedBy !== undefined,
          resolved_by: renderUserOrNull(world, note.resolvedBy),
          resolved_at: isoTimeOrNull(note.resolvedAt),
        }
      : {}),
    confidential: false,
    internal: false,
    imported: false,
    imported_from: 'none',
    commands_changes: {},
  };
}

/** GitLab's discussion: the notes of one thread, oldest first. */
export function renderDiscussion(world: World, place: NotePlace, notes: readonly NoteRecord[]) {
  const [first] = notes;
  if (!first) throw new Error('a discussion without notes');
  return {
    id: first.discussionId,
    individual_note: first.type === null,
    notes: notes.map((note) => renderNote(world, place, note)),
  };
}

/** GitLab's emoji reaction, on a note when one is given. */
export function renderReaction(
  world: World,
  reaction: ReactionRecord,
  on: { readonly noteable: NoteableRecord; readonly note: NoteRecord | undefined },
) {
  const at = isoTime(reaction.createdAt);
  const whole = on.noteable.kind === 'issue' ? 'Issue' : 'MergeRequest';
  return {
    id: reaction.id,
    name: reaction.content,
    user: renderUser(world, reaction.user),
    created_at: at,
    updated_at: at,
    awardable_id: on.note?.id ?? on.noteable.id,
    awardable_type: on.note ? 'Note' : whole,
    url: null,
  };
}
