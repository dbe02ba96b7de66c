import type { CommentRecord, IssueRecord, MemberRecord, Resolution, Substatus } from './records.ts';
import type { IssueAct, TrackerWorld } from './world.ts';

/** An issue with whoever acts on it; undefined is the tracker itself. */
export interface Acting {
  readonly issue: IssueRecord;
  readonly by: MemberRecord | undefined;
}

/** Resolves an issue, whatever its state was. */
export function resolveIssue(world: TrackerWorld, { issue, by }: Acting, resolution: Resolution): void {
  Object.assign(issue, { status: 'resolved', substatus: undefined, resolution });
  tell(world, { issue, by }, 'resolved');
}

/** Archives an issue: nothing is told of it until it escalates. */
export function archiveIssue(world: TrackerWorld, { issue, by }: Acting, substatus: Substatus): void {
  Object.assign(issue, { status: 'ignored', substatus, resolution: undefined });
  tell(world, { issue, by }, 'archived');
}

/** Opens an issue again. `substatus` says why: `ongoing` by hand, `escalating` by the tracker. */
export function reopenIssue(world: TrackerWorld, { issue, by }: Acting, substatus: Substatus): void {
  Object.assign(issue, { status: 'unresolved', substatus, resolution: undefined });
  tell(world, { issue, by }, 'unresolved');
}

/** Hands an issue to somebody, or to nobody, of which nobody is told. */
export function assignIssue(world: TrackerWorld, { issue, by }: Acting, assignee: MemberRecord | undefined): void {
  issue.assignee = assignee;
  if (assignee) tell(world, { issue, by }, 'assigned');
}

/** Writes a comment; newest first. */
export function addComment(
  world: TrackerWorld,
  { issue, author }: { readonly issue: IssueRecord; readonly author: MemberRecord },
  text: string,
): CommentRecord {
  const comment: CommentRecord = { id: world.nextId(), author, createdAt: world.now(), text };
  issue.comments.unshift(comment);
  for (const observer of world.observers) observer.commented(issue, comment, 'created');
  return comment;
}

/** Changes a comment, or with undefined takes it away. */
export function changeComment(
  world: TrackerWorld,
  { issue, comment }: { readonly issue: IssueRecord; readonly comment: CommentRecord },
  text: string | undefined,
): void {
  if (text === undefined) issue.comments.splice(issue.comments.indexOf(comment), 1);
  else comment.text = text;
  const act = text === undefined ? 'deleted' : 'updated';
  for (const observer of world.observers) observer.commented(issue, comment, act);
}

function tell({ observers }: TrackerWorld, { issue, by }: Acting, act: IssueAct): void {
  for (const observer of observers) observer.changed(issue, act, by);
}
