import { z } from 'zod';
import type { Trigger } from './hook-records.ts';
import { JobHook, PipelineHook } from './shapes-webhook-ci.ts';
import { Changes, Commit, HookPerson, HookTime, HookUser, Label, Project, Repository } from './shapes-webhook-parts.ts';
import { Issue, MergeRequest, Note } from './shapes-webhook-subjects.ts';
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
