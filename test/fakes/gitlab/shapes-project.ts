import { z } from 'zod';
import { Id, Sha, Time } from './shapes-user.ts';

const Namespace = z.strictObject({
  id: Id,
  name: z.string(),
  path: z.string(),
  kind: z.enum(['user', 'group']),
  full_path: z.string(),
  parent_id: Id.nullable(),
  avatar_url: z.string().nullable(),
  web_url: z.string(),
});

const Access = z.strictObject({ access_level: z.number(), notification_level: z.number() }).nullable();

const ForkedFrom = z.strictObject({
  id: Id,
  description: z.string().nullable(),
  name: z.string(),
  name_with_namespace: z.string(),
  path: z.string(),
  path_with_namespace: z.string(),
  created_at: Time,
  default_branch: z.string(),
  web_url: z.string(),
});

/** The part of https://docs.gitlab.com/api/projects/#retrieve-a-project that is there for every tier and role. */
export const Project = z.strictObject({
  id: Id,
  description: z.string().nullable(),
  name: z.string(),
  name_with_namespace: z.string(),
  path: z.string(),
  path_with_namespace: z.string(),
  created_at: Time,
  default_branch: z.string(),
  tag_list: z.array(z.string()),
  topics: z.array(z.string()),
  ssh_url_to_repo: z.string(),
  http_url_to_repo: z.string(),
  web_url: z.string(),
  readme_url: z.string().nullable(),
  forks_count: z.number(),
  avatar_url: z.string().nullable(),
  star_count: z.number(),
  last_activity_at: Time,
  namespace: Namespace,
  forked_from_project: ForkedFrom.optional(),
  visibility: z.enum(['private', 'internal', 'public']),
  archived: z.boolean(),
  empty_repo: z.boolean(),
  issues_enabled: z.boolean(),
  merge_requests_enabled: z.boolean(),
  jobs_enabled: z.boolean(),
  merge_method: z.enum(['merge', 'rebase_merge', 'ff']),
  remove_source_branch_after_merge: z.boolean().nullable(),
  only_allow_merge_if_pipeline_succeeds: z.boolean(),
  permissions: z.strictObject({ project_access: Access, group_access: Access }),
});

/** https://docs.gitlab.com/api/commits/#retrieve-a-commit without statistics. */
export const Commit = z.strictObject({
  id: Sha,
  short_id: z.string(),
  title: z.string(),
  message: z.string(),
  author_name: z.string(),
  author_email: z.string(),
  authored_date: Time,
  committer_name: z.string(),
  committer_email: z.string(),
  committed_date: Time,
  created_at: Time,
  parent_ids: z.array(Sha),
  trailers: z.record(z.string(), z.string()),
  extended_trailers: z.record(z.string(), z.array(z.string())),
  web_url: z.string(),
});

/** The same page's single commit adds its pipeline and size. */
export const CommitDetail = z.strictObject({
  ...Commit.shape,
  stats: z.strictObject({ additions: z.number(), deletions: z.number(), total: z.number() }).optional(),
  status: z.string().nullable(),
  project_id: Id,
  last_pipeline: z.unknown().nullable(),
});

/** https://docs.gitlab.com/api/branches/#get-single-repository-branch */
export const Branch = z.strictObject({
  name: z.string(),
  commit: Commit,
  merged: z.boolean(),
  protected: z.boolean(),
  developers_can_push: z.boolean(),
  developers_can_merge: z.boolean(),
  can_push: z.boolean(),
  default: z.boolean(),
  web_url: z.string(),
});

/** https://docs.gitlab.com/api/repository_files/#retrieve-a-file-from-a-repository */
export const File = z.strictObject({
  file_name: z.string(),
  file_path: z.string(),
  size: z.number(),
  encoding: z.literal('base64'),
  content: z.string(),
  content_sha256: z.string(),
  ref: z.string(),
  blob_id: Sha,
  commit_id: Sha,
  last_commit_id: Sha,
  execute_filemode: z.boolean(),
});

/** https://docs.gitlab.com/api/repositories/#list-repository-tree */
export const TreeEntry = z.strictObject({
  id: Sha,
  name: z.string(),
  type: z.enum(['tree', 'blob', 'commit']),
  path: z.string(),
  mode: z.string(),
});

/** https://docs.gitlab.com/api/commits/#list-commit-statuses */
export const Status = z.strictObject({
  id: Id,
  sha: Sha,
  ref: z.string(),
  status: z.string(),
  name: z.string(),
  target_url: z.string().nullable(),
  description: z.string().nullable(),
  created_at: Time,
  started_at: Time.nullable(),
  finished_at: Time.nullable(),
  allow_failure: z.boolean(),
  coverage: z.number().nullable(),
  pipeline_id: Id,
  author: z.strictObject({
    id: Id,
    username: z.string(),
    public_email: z.string(),
    name: z.string(),
    state: z.string(),
    locked: z.boolean(),
    avatar_url: z.string().nullable(),
    web_url: z.string(),
  }),
});
