import { z } from 'zod';
import { Id, Sha } from './shapes-user.ts';
import { Attributes, Commit, HookTime, Label, Project } from './shapes-webhook-parts.ts';

// After the samples of https://docs.gitlab.com/user/project/integrations/webhook_events/

/** An issue, in its own hook and in those of its notes and emoji. */
export const Issue = z.strictObject({
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

/** A merge request, likewise. */
export const MergeRequest = z.strictObject({
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

/** A note, in its own hook and in those of its emoji. */
export const Note = z.strictObject({
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
