import { z } from 'zod';
import type { Trigger } from './hook-records.ts';
import { JobHook, PipelineHook } from './shapes-webhook-ci.ts';
import { Attributes, Changes, Commit, HookPerson, HookTime, HookUser, Label, Project, Repository } from './shapes-webhook-parts.ts';
import { Id, Sha } from './shapes-user.ts';

/*
 * Shapes of hook bodies, written after the samples of
 * https://docs.gitlab.com/user/project/integrations/webhook_events/. Keys of the paid tiers that only the samples of
 * other objects show are left out; everything we send must be here, and everything here must be sent.
 */

const PushHook = z.strictObject({
  object_kind: z.literal('push'),
  event_name: z.literal('push'),
  before: Sha,
  after: Sha,
  ref: z.string(),
  ref_protected: z.boolean(),
  checkout_sha: Sha.nullable(),
  message: z.null(),
  user_id: Id,
  user_name: z.string(),
  user_username: z.string(),
  user_email: z.string().nullable(),
  user_avatar: z.string(),
  project_id: Id,
  project: Project,
  commits: z.array(
    z.strictObject({
      ...Commit.shape,
      added: z.array(z.string()),
      modified: z.array(z.string()),
      removed: z.array(z.string()),
    }),
  ),
  total_commits_count: z.number(),
  push_options: z.strictObject({}),
  repository: z.strictObject({
    ...Repository.shape,
    git_http_url: z.string(),
    git_ssh_url: z.string(),
    visibility_level: z.number(),
  }),
});

const Issue = z.strictObject({
  ...Attributes.shape,
  project_id: Id,
  closed_at: HookTime.nullable(),
  confidential: z.boolean(),
  discussion_locked: z.boolean().nullable(),
  due_date: z.string().nullable(),
  moved_to_id: Id.nullable(),
  duplicated_to_id: Id.nullable(),
  relative_position: z.number().nullable(),
  state_id: z.number(),
  weight: z.number().nullable(),
  health_status: z.string().nullable(),
  url: z.string(),
  labels: z.array(Label),
  state: z.enum(['opened', 'closed']),
  severity: z.string(),
  type: z.literal('Issue'),
});

const { id: _projectId, ...sideOfMergeRequest } = Project.shape;
const Side = z.strictObject(sideOfMergeRequest);

const MergeRequest = z.strictObject({
  ...Attributes.shape,
  target_branch: z.string(),
  source_branch: z.string(),
  source_project_id: Id,
  target_project_id: Id,
  reviewer_ids: z.array(Id),
  state_id: z.number(),
  state: z.enum(['opened', 'closed', 'locked', 'merged']),
  blocking_discussions_resolved: z.boolean(),
  work_in_progress: z.boolean(),
  draft: z.boolean(),
  first_contribution: z.boolean(),
  merge_status: z.string(),
  detailed_merge_status: z.string(),
  merge_commit_sha: Sha.nullable(),
  merge_error: z.string().nullable(),
  merge_params: z.strictObject({ force_remove_source_branch: z.string() }),
  merge_user_id: Id.nullable(),
  merge_when_pipeline_succeeds: z.boolean(),
  head_pipeline_id: Id.nullable(),
  prepared_at: HookTime,
  url: z.string(),
  source: Side,
  target: Side,
  last_commit: Commit,
  labels: z.array(Label),
});

const Note = z.strictObject({
  id: Id,
  note: z.string(),
  description: z.string(),
  noteable_type: z.enum(['Issue', 'MergeRequest']),
  noteable_id: Id,
  author_id: Id,
  created_at: HookTime,
  updated_at: HookTime,
  updated_by_id: Id.nullable(),
  project_id: Id,
  attachment: z.null(),
  line_code: z.string().nullable(),
  commit_id: z.string().nullable(),
  discussion_id: Sha,
  system: z.boolean(),
  st_diff: z.null(),
  type: z.enum(['DiscussionNote', 'DiffNote']).nullable(),
  position: z.unknown().nullable(),
  original_position: z.unknown().nullable(),
  change_position: z.null(),
  resolved_at: HookTime.nullable(),
  resolved_by_id: Id.nullable(),
  resolved_by_push: z.null(),
  url: z.string(),
});

const Subject = { issue: Issue.optional(), merge_request: MergeRequest.optional() };
const Changed = {
  user: HookUser,
  project: Project,
  labels: z.array(Label),
  changes: Changes,
  repository: Repository,
  assignees: z.array(HookPerson).optional(),
};

const IssueHook = z.strictObject({
  object_kind: z.literal('issue'),
  event_type: z.literal('issue'),
  ...Changed,
  object_attributes: z.strictObject({ ...Issue.shape, action: z.enum(['open', 'close', 'reopen', 'update']) }),
});

const MergeRequestHook = z.strictObject({
  object_kind: z.literal('merge_request'),
  event_type: z.literal('merge_request'),
  ...Changed,
  reviewers: z.array(HookPerson).optional(),
  object_attributes: z.strictObject({
    ...MergeRequest.shape,
    action: z.enum(['open', 'close', 'reopen', 'update', 'merge', 'approved', 'unapproved']),
    oldrev: Sha.optional(),
  }),
});

const NoteHook = z.strictObject({
  object_kind: z.literal('note'),
  event_type: z.literal('note'),
  user: HookUser,
  project_id: Id,
  project: Project,
  repository: Repository,
  object_attributes: z.strictObject({ ...Note.shape, action: z.enum(['create', 'update']) }),
  ...Subject,
});

const EmojiHook = z.strictObject({
  object_kind: z.literal('emoji'),
  event_type: z.enum(['award', 'revoke']),
  user: HookUser,
  project_id: Id,
  project: Project,
  object_attributes: z.strictObject({
    user_id: Id,
    created_at: HookTime,
    id: Id,
    name: z.string(),
    awardable_type: z.enum(['Note', 'Issue', 'MergeRequest']),
    awardable_id: Id,
    updated_at: HookTime,
    action: z.enum(['award', 'revoke']),
    awarded_on_url: z.string(),
  }),
  note: Note.optional(),
  ...Subject,
});

/** What each hook's body must look like. */
export const HOOK_SHAPES: Readonly<Record<Trigger, z.ZodType>> = {
  push: PushHook,
  issue: IssueHook,
  merge_request: MergeRequestHook,
  note: NoteHook,
  emoji: EmojiHook,
  pipeline: PipelineHook,
  job: JobHook,
};
