import { z } from 'zod';
import { Pipeline } from './shapes-ci.ts';
import { Issuable } from './shapes-conversation.ts';
import { Flag, Id, Sha, Time, UserBasic, Words } from './shapes-user.ts';

/** https://docs.gitlab.com/api/merge_requests/#list-merge-requests without the paid tiers' fields. */
export const MergeRequest = z.strictObject({
  ...Issuable.shape,
  state: z.enum(['opened', 'closed', 'locked', 'merged']),
  imported: z.boolean(),
  imported_from: z.literal('none'),
  merged_by: UserBasic.nullable(),
  merge_user: UserBasic.nullable(),
  merged_at: Time.nullable(),
  target_branch: z.string(),
  source_branch: z.string(),
  reviewers: z.array(UserBasic),
  source_project_id: Id,
  target_project_id: Id,
  draft: z.boolean(),
  work_in_progress: z.boolean(),
  merge_when_pipeline_succeeds: z.boolean(),
  merge_status: z.enum(['unchecked', 'checking', 'can_be_merged', 'cannot_be_merged']),
  detailed_merge_status: z.string(),
  merge_after: z.null(),
  sha: Sha,
  merge_commit_sha: Sha.nullable(),
  squash_commit_sha: Sha.nullable(),
  should_remove_source_branch: z.boolean().nullable(),
  force_remove_source_branch: z.boolean().nullable(),
  prepared_at: Time.nullable(),
  allow_collaboration: z.boolean().optional(),
  allow_maintainer_to_push: z.boolean().optional(),
  reference: z.string(),
  squash: z.boolean(),
  squash_on_merge: z.boolean(),
  has_conflicts: z.boolean(),
  blocking_discussions_resolved: z.boolean(),
});

/** https://docs.gitlab.com/api/merge_requests/#retrieve-a-merge-request */
export const MergeRequestDetail = z.strictObject({
  ...MergeRequest.shape,
  subscribed: z.boolean(),
  changes_count: z.string(),
  latest_build_started_at: Time.nullable(),
  latest_build_finished_at: Time.nullable(),
  first_deployed_to_production_at: Time.nullable(),
  pipeline: Pipeline.nullable(),
  head_pipeline: z.unknown().nullable(),
  diff_refs: z.strictObject({ base_sha: Sha, head_sha: Sha, start_sha: Sha }),
  merge_error: z.string().nullable(),
  first_contribution: z.boolean(),
  user: z.strictObject({ can_merge: z.boolean() }),
});

/** https://docs.gitlab.com/api/merge_requests/#list-merge-request-diffs */
export const Diff = z.strictObject({
  old_path: z.string(),
  new_path: z.string(),
  a_mode: z.string(),
  b_mode: z.string(),
  diff: z.string(),
  new_file: z.boolean(),
  renamed_file: z.boolean(),
  deleted_file: z.boolean(),
  generated_file: z.boolean(),
  collapsed: z.boolean(),
  too_large: z.boolean(),
});

/** https://docs.gitlab.com/api/merge_requests/#retrieve-merge-request-changes (deprecated, still served) */
export const Changes = z.strictObject({
  ...MergeRequestDetail.shape,
  changes: z.array(Diff),
  overflow: z.boolean(),
});

/** https://docs.gitlab.com/api/merge_requests/#list-merge-request-diff-versions */
export const Version = z.strictObject({
  id: Id,
  head_commit_sha: Sha,
  base_commit_sha: Sha,
  start_commit_sha: Sha,
  created_at: Time,
  merge_request_id: Id,
  state: z.literal('collected'),
  real_size: z.string(),
  patch_id_sha: Sha.nullable(),
});

/** Parameters of https://docs.gitlab.com/api/merge_requests/#create-mr that the stand-in knows. */
export const NewMergeRequest = z.strictObject({
  source_branch: z.string(),
  target_branch: z.string(),
  title: z.string(),
  description: z.string().optional(),
  target_project_id: z.coerce.number().int().optional(),
  labels: Words.optional(),
  assignee_id: z.coerce.number().int().optional(),
  assignee_ids: z.array(z.coerce.number().int()).optional(),
  reviewer_ids: z.array(z.coerce.number().int()).optional(),
  remove_source_branch: Flag.optional(),
  squash: Flag.optional(),
  allow_collaboration: Flag.optional(),
});

/** Parameters of https://docs.gitlab.com/api/merge_requests/#update-mr that the stand-in knows. */
export const MergeRequestUpdate = z.strictObject({
  title: z.string().optional(),
  description: z.string().optional(),
  state_event: z.enum(['close', 'reopen']).optional(),
  target_branch: z.string().optional(),
  labels: Words.optional(),
  add_labels: Words.optional(),
  remove_labels: Words.optional(),
  assignee_ids: z.array(z.coerce.number().int()).optional(),
  reviewer_ids: z.array(z.coerce.number().int()).optional(),
  remove_source_branch: Flag.optional(),
  squash: Flag.optional(),
});
