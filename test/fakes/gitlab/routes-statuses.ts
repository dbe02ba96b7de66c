import { z } from 'zod';
import { gitMaybe } from '../git-host/git.ts';
import { hasCommit, resolveCommit } from '../git-host/git-questions.ts';
import { notFound, refused } from './failure.ts';
import { PageInput, paginate } from './paginate.ts';
import type { PipelineRecord, ProjectRecord, StatusRecord } from './records.ts';
import { renderStatus } from './render-ci.ts';
import { projectRoute, type Route } from './route.ts';
import { Status } from './shapes-project.ts';
import { Flag } from './shapes-user.ts';
import { setStatus } from './statuses.ts';

const StatusList = z.strictObject({
  ...PageInput,
  ref: z.string().optional(),
  name: z.string().optional(),
  stage: z.string().optional(),
  pipeline_id: z.coerce.number().int().optional(),
  all: Flag.optional(),
  order_by: z.enum(['id', 'pipeline_id']).optional(),
  sort: z.enum(['asc', 'desc']).optional(),
});
const NewStatus = z.strictObject({
  state: z.enum(['pending', 'running', 'success', 'failed', 'canceled', 'skipped']),
  ref: z.string().optional(),
  name: z.string().optional(),
  context: z.string().optional(),
  target_url: z.string().max(255).optional(),
  description: z.string().max(255).optional(),
  coverage: z.coerce.number().optional(),
  pipeline_id: z.coerce.number().int().optional(),
});

/** Commit statuses: https://docs.gitlab.com/api/commits/#commit-status */
export const statusRoutes: readonly Route[] = [
  projectRoute(
    'GET /projects/:id/repository/commits/:sha/statuses',
    { need: 'code', input: StatusList, answer: z.array(Status) },
    async (call) => {
      const { world, project, params, input } = call;
      const sha = await resolveCommit(project.directory, params['sha'] ?? '');
      if (sha === undefined) throw notFound('Commit');
      const found = project.statuses.filter(
        (one) =>
          one.sha === sha &&
          (input.ref === undefined || one.ref === input.ref) &&
          (input.name === undefined || one.name === input.name) &&
          (input.pipeline_id === undefined || one.pipelineId === input.pipeline_id),
      );
      const latest = input.all === true ? found : found.filter((one) => isLatest(found, one));
      const ordered = input.sort === 'desc' ? latest.toReversed() : latest;
      const { page, headers } = paginate(call, input, ordered);
      return { status: 200, body: page.map((one) => renderStatus(world, one)), headers };
    },
  ),
  projectRoute(
    'POST /projects/:id/statuses/:sha',
    { need: 'develop', input: NewStatus, answer: Status },
    async (call) => {
      const { world, project, params, input, user } = call;
      const sha = params['sha'] ?? '';
      if (!(await hasCommit(project.directory, sha))) throw notFound('Commit');
      const ref = input.ref ?? newestPipelineOf(project, sha)?.ref ?? (await branchWith(project.directory, sha));
      if (ref === undefined) throw notFound('References for commit');
      if (input.target_url !== undefined && !/^https?:\/\//.test(input.target_url)) {
        throw refused(400, { target_url: ['is blocked: Only allowed schemes are http, https'] });
      }
      const status = setStatus(world, project, {
        by: user,
        sha,
        ref,
        name: input.name ?? input.context ?? 'default',
        state: input.state,
        targetUrl: input.target_url,
        description: input.description,
        coverage: input.coverage,
        pipelineId: input.pipeline_id,
      });
      return { status: 201, body: renderStatus(world, status), wrote: { kind: 'status.create', id: status.id } };
    },
  ),
];

// Without `all` GitLab leaves out what a later status of the same name and ref has replaced.
function isLatest(found: readonly StatusRecord[], status: StatusRecord): boolean {
  return found.findLast((one) => one.name === status.name && one.ref === status.ref) === status;
}

// What names no ref is about the newest pipeline of the commit, whatever that is of, before it is about a branch; pipelines that
// others have started do not count. `ref` and `first_matching_pipeline` in
// https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/services/ci/create_commit_status_service.rb
function newestPipelineOf({ pipelines }: ProjectRecord, sha: string): PipelineRecord | undefined {
  return pipelines.findLast((one) => one.sha === sha && one.source !== 'parent_pipeline');
}

async function branchWith(directory: string, sha: string): Promise<string | undefined> {
  const refs = await gitMaybe(directory, [
    'for-each-ref',
    '--contains',
    sha,
    '--format=%(refname:lstrip=2)',
    'refs/heads/',
  ]);
  return refs?.split('\n').find((name) => name !== '');
}
