import { notFound } from './failure.ts';
import type { IssueRecord, MergeRequestRecord, NoteableRecord, NoteRecord, UserRecord } from './records.ts';
import type { ProjectCall } from './route.ts';

/** The issue of a path with `:issue_iid`. @throws GitLabFailure 404 */
export function issueOf({ project, params }: ProjectCall<unknown>): IssueRecord {
  const issue = project.issues.get(Number(params['issue_iid']));
  if (!issue) throw notFound('Issue');
  return issue;
}

/** The merge request of a path with `:merge_request_iid`. @throws GitLabFailure 404 */
export function mergeRequestOf({ project, params }: ProjectCall<unknown>): MergeRequestRecord {
  const mergeRequest = project.mergeRequests.get(Number(params['merge_request_iid']));
  if (!mergeRequest) throw notFound('Merge Request');
  return mergeRequest;
}

/** Whatever of the two the path names. @throws GitLabFailure 404 */
export function noteableOf(call: ProjectCall<unknown>): NoteableRecord {
  return call.params['issue_iid'] === undefined ? mergeRequestOf(call) : issueOf(call);
}

/** The note of a path with `:note_id`. @throws GitLabFailure 404 */
export function noteOf({ params }: ProjectCall<unknown>, { notes }: NoteableRecord): NoteRecord {
  const note = notes.find((one) => one.id === Number(params['note_id']));
  if (!note) throw notFound('Note');
  return note;
}

/** The users with these numbers, in that order; GitLab drops the numbers it does not know. */
export function usersOf({ world }: ProjectCall<unknown>, ids: readonly number[]): UserRecord[] {
  const known = new Map([...world.users.values()].map((one) => [one.id, one]));
  return ids.map((id) => known.get(id)).filter((one) => one !== undefined);
}

/** Labels after `labels`, `add_labels` and `remove_labels` have been applied, without doubles. */
export function labelsAfter(
  present: readonly string[],
  change: {
    readonly labels?: readonly string[] | undefined;
    readonly add_labels?: readonly string[] | undefined;
    readonly remove_labels?: readonly string[] | undefined;
  },
): string[] {
  const start = [...(change.labels ?? present), ...(change.add_labels ?? [])];
  return [...new Set(start)].filter((label) => !change.remove_labels?.includes(label));
}
