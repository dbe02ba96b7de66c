import { readCommit } from '../git-host/git-questions.ts';
import type { JobRecord, PipelineRecord, ProjectRecord, StatusRecord } from './records.ts';
import { renderCommit } from './render-commit.ts';
import { isoTime, isoTimeOrNull, renderUser } from './render-user.ts';
import type { World } from './world.ts';

const ZERO_SHA = '0'.repeat(40);

/** The newest pipeline of a commit. */
export function lastPipelineOf({ pipelines }: ProjectRecord, sha: string): PipelineRecord | undefined {
  return pipelines.findLast((one) => one.sha === sha);
}

/** Seconds between two moments in milliseconds; null while either is missing. */
export function secondsBetween(from: number | undefined, to: number | undefined): number | null {
  return from === undefined || to === undefined ? null : (to - from) / 1_000;
}

/** GitLab's pipeline as lists have it. */
export function renderPipeline(world: World, project: ProjectRecord, pipeline: PipelineRecord) {
  return {
    id: pipeline.id,
    iid: pipeline.number,
    project_id: project.id,
    sha: pipeline.sha,
    ref: pipeline.ref,
    status: pipeline.status,
    source: pipeline.source,
    created_at: isoTime(pipeline.createdAt),
    updated_at: isoTime(pipeline.updatedAt),
    web_url: `${world.webUrl}/${project.fullName}/-/pipelines/${pipeline.id}`,
    name: null,
  };
}

/** GitLab's single pipeline. */
export function renderPipelineDetail(world: World, project: ProjectRecord, pipeline: PipelineRecord) {
  const { status } = pipeline;
  const path = new URL(world.webUrl).pathname.replace(/\/$/, '');
  return {
    ...renderPipeline(world, project, pipeline),
    before_sha: ZERO_SHA,
    tag: false,
    yaml_errors: null,
    user: renderUser(world, pipeline.user),
    started_at: isoTime(pipeline.createdAt),
    finished_at: isoTimeOrNull(pipeline.finishedAt),
    committed_at: null,
    duration: secondsBetween(pipeline.createdAt, pipeline.finishedAt),
    queued_duration: 0,
    coverage: null,
    archived: false,
    detailed_status: {
      icon: `status_${status}`,
      text: status,
      label: status,
      group: status,
      tooltip: status,
      has_details: true,
      details_path: `${path}/${project.fullName}/-/pipelines/${pipeline.id}`,
      illustration: null,
      favicon: `${path}/assets/ci_favicons/favicon_status_${status}.png`,
    },
  };
}

/** GitLab's bridge, a job that starts a pipeline and ends as that does. */
export async function renderBridge(
  world: World,
  { project, pipeline }: { readonly project: ProjectRecord; readonly pipeline: PipelineRecord },
  { id, name, child }: PipelineRecord['bridges'][number],
) {
  const { status, createdAt } = child;
  const as = { id, name, status, createdAt, stage: 'deploy', allowFailure: false, log: '' };
  const job = await renderJob(
    world,
    { project, pipeline },
    { ...as, startedAt: createdAt, finishedAt: child.finishedAt },
  );
  const {
    artifacts: _artifacts,
    runner: _runner,
    runner_manager: _manager,
    artifacts_expire_at: _expiry,
    tag_list: _tags,
    archived: _archived,
    ...bridge
  } = job;
  return { ...bridge, downstream_pipeline: renderPipeline(world, project, child) };
}

/** GitLab's job. */
export async function renderJob(
  world: World,
  { project, pipeline }: { readonly project: ProjectRecord; readonly pipeline: PipelineRecord },
  job: JobRecord,
) {
  const { id, sha, ref, status } = pipeline;
  return {
    id: job.id,
    status: job.status,
    stage: job.stage,
    name: job.name,
    ref,
    tag: false,
    coverage: null,
    allow_failure: job.allowFailure,
    created_at: isoTime(job.createdAt),
    started_at: isoTimeOrNull(job.startedAt),
    finished_at: isoTimeOrNull(job.finishedAt),
    erased_at: null,
    duration: secondsBetween(job.startedAt, job.finishedAt),
    queued_duration: secondsBetween(job.createdAt, job.startedAt),
    ...(job.status === 'failed' ? { failure_reason: 'script_failure' } : {}),
    user: renderUser(world, pipeline.user),
    commit: renderCommit(world, project, await readCommit(project.directory, sha)),
    pipeline: { id, project_id: project.id, ref, sha, status },
    web_url: `${world.webUrl}/${project.fullName}/-/jobs/${job.id}`,
    project: { ci_job_token_scope_enabled: false },
    artifacts: [],
    runner: null,
    runner_manager: null,
    artifacts_expire_at: null,
    archived: false,
    tag_list: [],
  };
}

/** GitLab's commit status. */
export function renderStatus(world: World, status: StatusRecord) {
  return {
    id: status.id,
    sha: status.sha,
    ref: status.ref,
    status: status.state,
    name: status.name,
    target_url: status.targetUrl ?? null,
    description: status.description ?? null,
    created_at: isoTime(status.createdAt),
    started_at: isoTimeOrNull(status.startedAt),
    finished_at: isoTimeOrNull(status.finishedAt),
    allow_failure: false,
    coverage: status.coverage ?? null,
    pipeline_id: status.pipelineId,
    author: renderUser(world, status.author),
  };
}
