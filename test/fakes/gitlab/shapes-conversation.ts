import { z } from 'zod';
import { Position } from './position.ts';
import { Day, Flag, Id, Time, UserBasic, Words } from './shapes-user.ts';

const TimeStats = z.strictObject({
  time_estimate: z.number(),
  total_time_spent: z.number(),
  human_time_estimate: z.string().nullable(),
  human_total_time_spent: z.string().nullable(),
});

/** What issues and merge requests share. */
export const Issuable = z.strictObject({
  id: Id,
  iid: Id,
  project_id: Id,
  title: z.string(),
  description: z.string().nullable(),
  created_at: Time,
  updated_at: Time,
  closed_at: Time.nullable(),
  closed_by: UserBasic.nullable(),
  labels: z.array(z.string()),
  milestone: z.null(),
  assignees: z.array(UserBasic),
  assignee: UserBasic.nullable(),
  author: UserBasic,
  user_notes_count: z.number(),
  upvotes: z.number(),
  downvotes: z.number(),
  discussion_locked: z.boolean().nullable(),
  web_url: z.string(),
  time_stats: TimeStats,
  task_completion_status: z.strictObject({ count: z.number(), completed_count: z.number() }),
  references: z.strictObject({ short: z.string(), relative: z.string(), full: z.string() }),
});

/** https://docs.gitlab.com/api/issues/#retrieve-an-issue without the paid tiers' fields. */
export const Issue = z.strictObject({
  ...Issuable.shape,
  state: z.enum(['opened', 'closed']),
  type: z.literal('ISSUE'),
  issue_type: z.literal('issue'),
  merge_requests_count: z.number(),
  due_date: Day.nullable(),
  confidential: z.boolean(),
  has_tasks: z.boolean(),
  severity: z.string(),
  moved_to_id: Id.nullable(),
  _links: z.strictObject({
    self: z.string(),
    notes: z.string(),
    award_emoji: z.string(),
    project: z.string(),
    closed_as_duplicate_of: z.string().nullable(),
  }),
});

/** https://docs.gitlab.com/api/issue_links/#list-issue-relations */
export const LinkedIssue = z.strictObject({
  ...Issue.omit({ _links: true }).shape,
  _links: Issue.shape._links,
  issue_link_id: Id,
  link_type: z.enum(['relates_to', 'blocks', 'is_blocked_by']),
  link_created_at: Time,
  link_updated_at: Time,
});

/** https://docs.gitlab.com/api/notes/#list-all-issue-notes; diff notes add their place. */
export const Note = z.strictObject({
  id: Id,
  type: z.enum(['DiscussionNote', 'DiffNote']).nullable(),
  body: z.string(),
  attachment: z.null(),
  author: UserBasic,
  created_at: Time,
  updated_at: Time,
  system: z.boolean(),
  noteable_id: Id,
  noteable_type: z.enum(['Issue', 'MergeRequest']),
  noteable_iid: Id,
  project_id: Id,
  commit_id: z.string().nullish(),
  position: Position.optional(),
  resolvable: z.boolean(),
  resolved: z.boolean().optional(),
  resolved_by: UserBasic.nullish(),
  resolved_at: Time.nullish(),
  confidential: z.boolean(),
  internal: z.boolean(),
  imported: z.boolean(),
  imported_from: z.literal('none'),
  commands_changes: z.strictObject({}),
});

/** https://docs.gitlab.com/api/discussions/#list-project-merge-request-discussion-items */
export const Discussion = z.strictObject({ id: z.string(), individual_note: z.boolean(), notes: z.array(Note) });

/** https://docs.gitlab.com/api/emoji_reactions/#list-all-emoji-reactions */
export const Reaction = z.strictObject({
  id: Id,
  name: z.string(),
  user: UserBasic,
  created_at: Time,
  updated_at: Time,
  awardable_id: Id,
  awardable_type: z.enum(['Issue', 'MergeRequest', 'Note']),
  url: z.null(),
});

/** Parameters of https://docs.gitlab.com/api/issues/#update-an-issue that the stand-in knows. */
export const IssueUpdate = z.strictObject({
  title: z.string().optional(),
  description: z.string().optional(),
  state_event: z.enum(['close', 'reopen']).optional(),
  labels: Words.optional(),
  add_labels: Words.optional(),
  remove_labels: Words.optional(),
  assignee_ids: z.array(z.coerce.number().int()).optional(),
  discussion_locked: Flag.optional(),
});
