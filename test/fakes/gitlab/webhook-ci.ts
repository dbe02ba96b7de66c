import { readCommit } from '../git-host/git-questions.ts';
import { hookProject, hookRepository, hookTime, hookTimeOrNull, hookUser, webUrlOf } from './hook-attributes.ts';
import type { JobRecord, PipelineRecord, ProjectRecord } from './records.ts';
import { secondsBetween } from './render-ci.ts';
import { isoTime } from './render-user.ts';
import { ZERO_SHA } from '../git-host/moved-refs.ts';
import { hookCommit } from './webhook-push.ts';
import type { Delivery } from './webhook-sender.ts';
import type { World } from './world.ts';

const SECOND_CHARS = 19;

/** Delivers a Pipeline Hook. */
export async function announcePipeline(
  world: World,
  project: ProjectRecord,
  pipeline: PipelineRecord,
): Promise<Delivery> {
  const { id, sha, ref, status, source } = pipeline;
  const commit = await readCommit(project.directory, sha);
  return world.hooks.send(project, 'pipeline', {
    object_kind: 'pipeline',
    object_attributes: {
      id,
      iid: pipeline.number,
      name: null,
      ref,
      tag: false,
      sha,
      before_sha: ZERO_SHA,
      source,
      status,
      detailed_status: status,
      stages: [...new Set(pipeline.jobs.map((job) => job.stage))],
      created_at: hookTime(pipeline.createdAt),
      finished_at: hookTimeOrNull(pipeline.finishedAt),
      duration: secondsBetween(pipeline.createdAt, pipeline.finishedAt),
      queued_duration: null,
      variables: [],
      url: `${world.webUrl}/${project.fullName}/-/pipelines/${id}`,
    },
    merge_request: mergeRequestOf(world, project, pipeline),
    user: hookUser(pipeline.user),
    project: briefProject(world, project),
    commit: hookCommit(world, project, commit),
    builds: pipeline.jobs.map((job) => buildOf(pipeline, job)),
  });
}

function buildOf(pipeline: PipelineRecord, job: JobRecord) {
  return {
    id: job.id,
    stage: job.stage,
    name: job.name,
    status: job.status,
    created_at: hookTime(job.createdAt),
    started_at: hookTimeOrNull(job.startedAt),
    finished_at: hookTimeOrNull(job.finishedAt),
    duration: secondsBetween(job.startedAt, job.finishedAt),
    queued_duration: secondsBetween(job.createdAt, job.startedAt),
    failure_reason: job.status === 'failed' ? 'script_failure' : null,
    when: 'on_success',
    manual: false,
    allow_failure: job.allowFailure,
    user: hookUser(pipeline.user),
    runner: null,
    artifacts_file: { filename: null, size: null },
    environment: null,
  };
}

function mergeRequestOf(world: World, project: ProjectRecord, { sha }: PipelineRecord) {
  const found = [...project.mergeRequests.values()].find(
    (one) => one.state === 'opened' && one.versions.at(-1)?.headSha === sha,
  );
  if (!found) return null;
  return {
    id: found.id,
    iid: found.number,
    title: found.title,
    source_branch: found.sourceBranch,
    source_project_id: found.sourceProject.id,
    target_branch: found.targetBranch,
    target_project_id: project.id,
    state: found.state,
    merge_status: 'checking',
    detailed_merge_status: 'checking',
    url: webUrlOf(world, project, found),
  };
}

/** Delivers a Job Hook. */
export async function announceJob(
  world: World,
  { project, pipeline }: { readonly project: ProjectRecord; readonly pipeline: PipelineRecord },
  job: JobRecord,
): Promise<Delivery> {
  const commit = await readCommit(project.directory, pipeline.sha);
  const { git_http_url, git_ssh_url, visibility_level } = hookProject(world, project);
  return world.hooks.send(project, 'job', {
    object_kind: 'build',
    ref: pipeline.ref,
    tag: false,
    before_sha: ZERO_SHA,
    sha: pipeline.sha,
    build_id: job.id,
    build_name: job.name,
    build_stage: job.stage,
    build_status: job.status,
    ...times('build_created_at', job.createdAt),
    ...times('build_started_at', job.startedAt),
    ...times('build_finished_at', job.finishedAt),
    build_duration: secondsBetween(job.startedAt, job.finishedAt),
    build_queued_duration: secondsBetween(job.createdAt, job.startedAt),
    build_allow_failure: job.allowFailure,
    build_failure_reason: job.status === 'failed' ? 'script_failure' : 'unknown_failure',
    retries_count: 0,
    pipeline_id: pipeline.id,
    project_id: project.id,
    project_name: project.fullName,
    user: hookUser(pipeline.user),
    commit: {
      id: pipeline.id,
      name: null,
      sha: pipeline.sha,
      message: commit.message,
      author_name: commit.author.name,
      author_email: commit.author.email,
      status: pipeline.status,
      duration: secondsBetween(pipeline.createdAt, pipeline.finishedAt),
      ...times('started_at', pipeline.createdAt),
      ...times('finished_at', pipeline.finishedAt),
    },
    repository: { ...hookRepository(world, project), git_http_url, git_ssh_url, visibility_level },
    project: briefProject(world, project),
    runner: null,
    environment: null,
  });
}

function times(name: string, atMs: number | undefined) {
  const iso = atMs === undefined ? null : `${isoTime(atMs).slice(0, SECOND_CHARS)}Z`;
  return { [name]: hookTimeOrNull(atMs), [`${name}_iso`]: iso };
}

// These two hooks carry the project without its further addresses.
function briefProject(world: World, project: ProjectRecord) {
  const {
    ci_config_path: _config,
    homepage: _home,
    url: _url,
    ssh_url: _ssh,
    http_url: _http,
    ...brief
  } = hookProject(world, project);
  return brief;
}
