import { z } from 'zod';
import { Commit, HookTime, HookUser, Project, Repository } from './shapes-webhook-parts.ts';
import { Id, Sha, Time } from './shapes-user.ts';

// After the samples "Pipeline events" and "Job events" of
// https://docs.gitlab.com/user/project/integrations/webhook_events/, for pipelines without upstream or environment.

const { ci_config_path: _config, homepage: _home, url: _url, ssh_url: _ssh, http_url: _http, ...brief } = Project.shape;
const BriefProject = z.strictObject(brief);
const Status = z.enum(['created', 'pending', 'running', 'success', 'failed', 'canceled', 'skipped']);
const Seconds = z.number().nullable();

const Build = z.strictObject({
  id: Id,
  stage: z.string(),
  name: z.string(),
  status: Status,
  created_at: HookTime,
  started_at: HookTime.nullable(),
  finished_at: HookTime.nullable(),
  duration: Seconds,
  queued_duration: Seconds,
  failure_reason: z.string().nullable(),
  when: z.string(),
  manual: z.boolean(),
  allow_failure: z.boolean(),
  user: HookUser,
  runner: z.null(),
  artifacts_file: z.strictObject({ filename: z.null(), size: z.null() }),
  environment: z.null(),
});

/** A Pipeline Hook. */
export const PipelineHook = z.strictObject({
  object_kind: z.literal('pipeline'),
  object_attributes: z.strictObject({
    id: Id,
    iid: Id,
    name: z.string().nullable(),
    ref: z.string(),
    tag: z.boolean(),
    sha: Sha,
    before_sha: Sha,
    source: z.string(),
    status: Status,
    detailed_status: z.string(),
    stages: z.array(z.string()),
    created_at: HookTime,
    finished_at: HookTime.nullable(),
    duration: Seconds,
    queued_duration: Seconds,
    variables: z.array(z.never()),
    url: z.string(),
  }),
  merge_request: z
    .strictObject({
      id: Id,
      iid: Id,
      title: z.string(),
      source_branch: z.string(),
      source_project_id: Id,
      target_branch: z.string(),
      target_project_id: Id,
      state: z.string(),
      merge_status: z.string(),
      detailed_merge_status: z.string(),
      url: z.string(),
    })
    .nullable(),
  user: HookUser,
  project: BriefProject,
  commit: Commit,
  builds: z.array(Build),
});

/** A Job Hook. Its `commit.id` is the pipeline's number, as the page says. */
export const JobHook = z.strictObject({
  object_kind: z.literal('build'),
  ref: z.string(),
  tag: z.boolean(),
  before_sha: Sha,
  sha: Sha,
  build_id: Id,
  build_name: z.string(),
  build_stage: z.string(),
  build_status: Status,
  build_created_at: HookTime,
  build_created_at_iso: Time,
  build_started_at: HookTime.nullable(),
  build_started_at_iso: Time.nullable(),
  build_finished_at: HookTime.nullable(),
  build_finished_at_iso: Time.nullable(),
  build_duration: Seconds,
  build_queued_duration: Seconds,
  build_allow_failure: z.boolean(),
  build_failure_reason: z.string(),
  retries_count: z.number(),
  pipeline_id: Id,
  project_id: Id,
  project_name: z.string(),
  user: HookUser,
  commit: z.strictObject({
    id: Id,
    name: z.string().nullable(),
    sha: Sha,
    message: z.string(),
    author_name: z.string(),
    author_email: z.string(),
    status: Status,
    duration: Seconds,
    started_at: HookTime.nullable(),
    started_at_iso: Time.nullable(),
    finished_at: HookTime.nullable(),
    finished_at_iso: Time.nullable(),
  }),
  repository: z.strictObject({
    ...Repository.omit({ url: true }).shape,
    url: z.string(),
    git_ssh_url: z.string(),
    git_http_url: z.string(),
    visibility_level: z.number(),
  }),
  project: BriefProject,
  runner: z.null(),
  environment: z.null(),
});
