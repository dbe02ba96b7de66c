import { z } from 'zod';
import { notFound } from './failure.ts';
import { PageInput, paginate } from './paginate.ts';
import type { JobRecord, PipelineRecord } from './records.ts';
import { renderJob, renderPipeline, renderPipelineDetail } from './render-ci.ts';
import { Nothing, projectRoute, type ProjectCall, type Route } from './route.ts';
import { Job, Pipeline, PipelineDetail } from './shapes-ci.ts';
import { Flag, Words } from './shapes-user.ts';

const PipelineList = z.strictObject({
  ...PageInput,
  sha: z.string().optional(),
  ref: z.string().optional(),
  status: z.string().optional(),
  source: z.string().optional(),
  order_by: z.enum(['id', 'updated_at']).optional(),
  sort: z.enum(['asc', 'desc']).optional(),
});
const JobList = z.strictObject({ ...PageInput, scope: Words.optional(), include_retried: Flag.optional() });

/** Pipelines, jobs and their logs: https://docs.gitlab.com/api/pipelines/ and https://docs.gitlab.com/api/jobs/ */
export const ciRoutes: readonly Route[] = [
  projectRoute(
    'GET /projects/:id/pipelines',
    { need: 'code', input: PipelineList, answer: z.array(Pipeline) },
    (call) => {
      const { world, project, input } = call;
      const found = project.pipelines.filter(
        (one) =>
          (input.sha === undefined || one.sha === input.sha) &&
          (input.ref === undefined || one.ref === input.ref) &&
          (input.status === undefined || one.status === input.status) &&
          (input.source === undefined ? one.source !== 'parent_pipeline' : one.source === input.source),
      );
      const { page, headers } = paginate(call, input, input.sort === 'asc' ? found : found.toReversed());
      return { status: 200, body: page.map((one) => renderPipeline(world, project, one)), headers };
    },
  ),
  projectRoute(
    'GET /projects/:id/pipelines/:pipeline_id',
    { need: 'code', input: Nothing, answer: PipelineDetail },
    (call) => ({ status: 200, body: renderPipelineDetail(call.world, call.project, pipelineOf(call)) }),
  ),
  projectRoute(
    'GET /projects/:id/pipelines/:pipeline_id/jobs',
    { need: 'code', input: JobList, answer: z.array(Job) },
    async (call) => {
      const { world, project, input } = call;
      const pipeline = pipelineOf(call);
      const wanted = pipeline.jobs.filter((job) => input.scope === undefined || input.scope.includes(job.status));
      const { page, headers } = paginate(call, input, wanted.toReversed());
      const body = await Promise.all(page.map((job) => renderJob(world, { project, pipeline }, job)));
      return { status: 200, body, headers };
    },
  ),
  projectRoute('GET /projects/:id/jobs/:job_id', { need: 'code', input: Nothing, answer: Job }, async (call) => {
    const { pipeline, job } = jobOf(call);
    return { status: 200, body: await renderJob(call.world, { project: call.project, pipeline }, job) };
  }),
  projectRoute('GET /projects/:id/jobs/:job_id/trace', { need: 'code', input: Nothing, answer: undefined }, (call) => ({
    status: 200,
    text: jobOf(call).job.log,
    headers: { 'content-type': 'text/plain' },
  })),
];

function pipelineOf({ project, params }: ProjectCall<unknown>): PipelineRecord {
  const pipeline = project.pipelines.find((one) => one.id === Number(params['pipeline_id']));
  if (!pipeline) throw notFound('');
  return pipeline;
}

function jobOf({ project, params }: ProjectCall<unknown>): { pipeline: PipelineRecord; job: JobRecord } {
  for (const pipeline of project.pipelines) {
    const job = pipeline.jobs.find((one) => one.id === Number(params['job_id']));
    if (job) return { pipeline, job };
  }
  throw notFound('');
}
