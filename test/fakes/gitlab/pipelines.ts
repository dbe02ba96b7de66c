import type { CiStatus, JobRecord, PipelineRecord, ProjectRecord, UserRecord } from './records.ts';
import { announceJob, announcePipeline } from './webhook-ci.ts';
import type { World } from './world.ts';

/** A pipeline to start. */
export interface PipelineInput {
  readonly sha: string;
  readonly ref: string;
  readonly source: PipelineRecord['source'];
  readonly user: UserRecord;
  readonly jobs: readonly JobInput[];
  /** Pipelines that it starts and waits for, each by a job of that name. */
  readonly children?: readonly { readonly name: string; readonly jobs: readonly JobInput[] }[] | undefined;
}

/** A job with its outcome; without one it is pending. */
export interface JobInput {
  readonly name: string;
  readonly stage?: string;
  readonly status?: CiStatus;
  readonly log?: string;
  readonly allowFailure?: boolean;
}

/** Files a pipeline and announces it and its jobs. */
export function addPipeline(world: World, project: ProjectRecord, input: PipelineInput): PipelineRecord {
  const at = world.now();
  const { sha, ref, source, user } = input;
  const pipeline: PipelineRecord = {
    id: world.nextId(),
    number: project.pipelines.length + 1,
    sha,
    ref,
    source,
    user,
    createdAt: at,
    updatedAt: at,
    finishedAt: undefined,
    status: 'pending',
    jobs: input.jobs.map((job) => newJob(world, job)),
    bridges: [],
  };
  project.pipelines.push(pipeline);
  for (const { name, jobs } of input.children ?? []) {
    const child = addPipeline(world, project, { sha, ref, user, source: 'parent_pipeline', jobs });
    pipeline.bridges.push({ id: world.nextId(), name, child });
  }
  for (const job of pipeline.jobs) world.hooks.background(announceJob(world, { project, pipeline }, job));
  if (pipeline.jobs.length > 0) settlePipeline(world, project, { pipelineId: pipeline.id });
  return pipeline;
}

function newJob(world: World, input: JobInput): JobRecord {
  const job: JobRecord = {
    id: world.nextId(),
    name: input.name,
    stage: input.stage ?? 'test',
    createdAt: world.now(),
    allowFailure: input.allowFailure ?? false,
    status: 'pending',
    startedAt: undefined,
    finishedAt: undefined,
    log: input.log ?? '',
  };
  moveJob(world, job, input.status ?? 'pending');
  return job;
}

/** Puts a job into a state. */
export function moveJob(world: World, job: JobRecord, status: CiStatus): void {
  job.status = status;
  const waits = status === 'pending' || status === 'created';
  job.startedAt ??= waits ? undefined : world.now();
  job.finishedAt = waits || status === 'running' ? undefined : world.now();
}

/** Works out a pipeline's status from its jobs and commit statuses, and announces it when it changed. */
export function settlePipeline(
  world: World,
  project: ProjectRecord,
  { pipelineId }: { readonly pipelineId: number },
): void {
  const pipeline = project.pipelines.find((one) => one.id === pipelineId);
  if (!pipeline) throw new Error(`${project.fullName} has no pipeline ${pipelineId}`);
  const external = project.statuses.filter((one) => one.pipelineId === pipelineId);
  const latest = external.filter((one) => external.findLast((other) => other.name === one.name) === one);
  const jobs = pipeline.jobs.filter((job) => !(job.allowFailure && job.status === 'failed'));
  const children = pipeline.bridges.map(({ child }) => child.status);
  const status = worst([...latest.map((one) => one.state), ...jobs.map((one) => one.status), ...children]);
  if (status === pipeline.status) return;
  pipeline.status = status;
  pipeline.updatedAt = world.now();
  pipeline.finishedAt = status === 'pending' || status === 'running' ? undefined : world.now();
  world.hooks.background(announcePipeline(world, project, pipeline));
}

// GitLab's composite status: it runs while anything does, then the worst outcome counts.
function worst(states: readonly CiStatus[]): CiStatus {
  const some = (state: CiStatus): boolean => states.includes(state);
  const done = states.filter((one) => one !== 'pending' && one !== 'created');
  if (some('running') || (done.length > 0 && done.length < states.length)) return 'running';
  if (states.length > 0 && done.length === 0) return 'pending';
  for (const state of ['failed', 'canceled', 'success', 'skipped'] as const) if (some(state)) return state;
  return 'pending';
}
