import { z } from 'zod';
import { Id, Sha, Time, UserBasic } from './shapes-user.ts';

const Status = z.enum(['created', 'pending', 'running', 'success', 'failed', 'canceled', 'skipped']);

/** https://docs.gitlab.com/api/pipelines/#list-project-pipelines */
export const Pipeline = z.strictObject({
  id: Id,
  iid: Id,
  project_id: Id,
  sha: Sha,
  ref: z.string(),
  status: Status,
  source: z.string(),
  created_at: Time,
  updated_at: Time,
  web_url: z.string(),
  name: z.string().nullable(),
});

/** https://docs.gitlab.com/api/pipelines/#retrieve-a-pipeline */
export const PipelineDetail = z.strictObject({
  ...Pipeline.shape,
  before_sha: Sha,
  tag: z.boolean(),
  yaml_errors: z.string().nullable(),
  user: UserBasic,
  started_at: Time.nullable(),
  finished_at: Time.nullable(),
  committed_at: Time.nullable(),
  duration: z.number().nullable(),
  queued_duration: z.number().nullable(),
  coverage: z.string().nullable(),
  archived: z.boolean(),
  detailed_status: z.strictObject({
    icon: z.string(),
    text: z.string(),
    label: z.string(),
    group: z.string(),
    tooltip: z.string(),
    has_details: z.boolean(),
    details_path: z.string(),
    illustration: z.null(),
    favicon: z.string(),
  }),
});

/** https://docs.gitlab.com/api/jobs/#list-pipeline-jobs */
export const Job = z.strictObject({
  id: Id,
  status: Status,
  stage: z.string(),
  name: z.string(),
  ref: z.string(),
  tag: z.boolean(),
  coverage: z.number().nullable(),
  allow_failure: z.boolean(),
  created_at: Time,
  started_at: Time.nullable(),
  finished_at: Time.nullable(),
  erased_at: Time.nullable(),
  duration: z.number().nullable(),
  queued_duration: z.number().nullable(),
  failure_reason: z.string().optional(),
  user: UserBasic,
  commit: z.unknown(),
  pipeline: z.strictObject({ id: Id, project_id: Id, ref: z.string(), sha: Sha, status: Status }),
  web_url: z.string(),
  project: z.strictObject({ ci_job_token_scope_enabled: z.boolean() }),
  artifacts: z.array(z.unknown()),
  runner: z.null(),
  runner_manager: z.null(),
  artifacts_expire_at: Time.nullable(),
  archived: z.boolean(),
  tag_list: z.array(z.string()),
});

/** https://docs.gitlab.com/api/jobs/#list-pipeline-trigger-jobs */
export const Bridge = z.strictObject({
  ...Job.omit({
    artifacts: true,
    runner: true,
    runner_manager: true,
    artifacts_expire_at: true,
    tag_list: true,
    archived: true,
  }).shape,
  downstream_pipeline: Pipeline.nullable(),
});
