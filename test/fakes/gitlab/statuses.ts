import { badRequest, notFound, refused } from './failure.ts';
import { addPipeline, settlePipeline } from './pipelines.ts';
import type { CiStatus, ProjectRecord, StatusRecord, UserRecord } from './records.ts';
import type { World } from './world.ts';

/** States the API takes: https://docs.gitlab.com/api/commits/#set-commit-pipeline-status */
export type SettableState = 'pending' | 'running' | 'success' | 'failed' | 'canceled' | 'skipped';

const EVENTS: Readonly<Record<SettableState, string>> = {
  pending: 'enqueue',
  running: 'run',
  success: 'success',
  failed: 'drop',
  canceled: 'cancel',
  skipped: 'skip',
};
// From which states a transition leads to one; out of any other GitLab answers 400.
const FROM: Readonly<Record<SettableState, readonly CiStatus[]>> = {
  pending: ['created'],
  running: ['created', 'pending'],
  success: ['created', 'pending', 'running'],
  failed: ['created', 'pending', 'running'],
  canceled: ['created', 'pending', 'running'],
  skipped: ['created', 'pending'],
};

/** A status to set on a commit that exists. `ref` is a branch that contains it. */
export interface StatusInput {
  readonly by: UserRecord;
  readonly sha: string;
  readonly ref: string;
  readonly name: string;
  readonly state: SettableState;
  readonly targetUrl: string | undefined;
  readonly description: string | undefined;
  readonly coverage: number | undefined;
  readonly pipelineId: number | undefined;
}

/**
 * Sets a commit status as GitLab does: a pending or running one of the same name, ref and user goes on, anything else
 * starts anew. @throws GitLabFailure 400 when the state repeats or leads back.
 */
export function setStatus(world: World, project: ProjectRecord, input: StatusInput): StatusRecord {
  const { state, name, sha, ref, by } = input;
  if (name.length > 255) throw badRequest('{:name=>["is too long (maximum is 255 characters)"]}');
  const going = project.statuses.findLast(
    (one) => one.sha === sha && one.ref === ref && one.name === name && one.author === by && isOpen(one.state),
  );
  if (going && !FROM[state].includes(going.state)) {
    const event = EVENTS[state];
    const reason = `Reason(s): Status cannot transition via "${event}"`;
    throw refused(400, `Cannot transition status via :${event} from :${going.state} (${reason})`);
  }
  const status = going ?? newStatus(world, project, input);
  const at = world.now();
  status.state = state;
  status.startedAt ??= state === 'pending' ? undefined : at;
  if (!isOpen(state)) status.finishedAt = at;
  status.targetUrl = input.targetUrl ?? status.targetUrl;
  status.description = input.description ?? status.description;
  status.coverage = input.coverage ?? status.coverage;
  if (!going) project.statuses.push(status);
  settlePipeline(world, project, { pipelineId: status.pipelineId });
  return status;
}

function isOpen(state: CiStatus): boolean {
  return state === 'pending' || state === 'running';
}

function newStatus(world: World, project: ProjectRecord, input: StatusInput): StatusRecord {
  const { sha, ref, name, by, pipelineId } = input;
  const fitting = project.pipelines.filter((one) => one.sha === sha && one.ref === ref);
  const known = pipelineId === undefined ? fitting.at(-1) : fitting.find((one) => one.id === pipelineId);
  if (pipelineId !== undefined && !known) throw notFound('Pipeline for pipeline_id, sha and ref');
  const pipeline = known ?? addPipeline(world, project, { sha, ref, source: 'external', user: by, jobs: [] });
  return {
    id: world.nextId(),
    sha,
    ref,
    name,
    author: by,
    pipelineId: pipeline.id,
    createdAt: world.now(),
    state: 'created',
    startedAt: undefined,
    finishedAt: undefined,
    targetUrl: undefined,
    description: undefined,
    coverage: undefined,
  };
}
