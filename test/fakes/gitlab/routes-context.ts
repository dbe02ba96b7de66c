import { z } from 'zod';
import { notFound } from './failure.ts';
import { PageInput, paginate } from './paginate.ts';
import { renderBridge } from './render-ci.ts';
import { renderMergeRequest } from './render-merge-request.ts';
import { Nothing, projectRoute, type Route } from './route.ts';
import { Bridge } from './shapes-ci.ts';
import { MergeRequest } from './shapes-merge-request.ts';
import { Words } from './shapes-user.ts';

const BridgeList = z.strictObject({ ...PageInput, scope: Words.optional() });

/** Uploads (https://docs.gitlab.com/api/project_markdown_uploads/), bridges and what a commit belongs to. */
export const contextRoutes: readonly Route[] = [
  projectRoute(
    'GET /projects/:id/uploads/:secret/:filename',
    { need: 'project', input: Nothing, answer: undefined },
    ({ project, params }) => {
      const bytes = project.uploads.get(`${params['secret'] ?? ''}/${params['filename'] ?? ''}`);
      if (!bytes) throw notFound('');
      return { status: 200, text: bytes, headers: { 'content-type': 'application/octet-stream' } };
    },
  ),
  projectRoute(
    'GET /projects/:id/pipelines/:pipeline_id/bridges',
    { need: 'code', input: BridgeList, answer: z.array(Bridge) },
    async (call) => {
      const { world, project, params, input } = call;
      const pipeline = project.pipelines.find((one) => one.id === Number(params['pipeline_id']));
      if (!pipeline) throw notFound('');
      const wanted = pipeline.bridges.filter(
        ({ child }) => input.scope === undefined || input.scope.includes(child.status),
      );
      const { page, headers } = paginate(call, input, wanted.toReversed());
      const body = await Promise.all(page.map((one) => renderBridge(world, { project, pipeline }, one)));
      return { status: 200, body, headers };
    },
  ),
  projectRoute(
    'GET /projects/:id/repository/commits/:sha/merge_requests',
    { need: 'code', input: z.strictObject(PageInput), answer: z.array(MergeRequest) },
    async (call) => {
      const { world, project, params, input } = call;
      const about = [...project.mergeRequests.values()].filter(({ versions }) =>
        versions.some(({ headSha }) => headSha === params['sha']),
      );
      const { page, headers } = paginate(call, input, about);
      const body = await Promise.all(page.map((one) => renderMergeRequest(world, project, one)));
      return { status: 200, body, headers };
    },
  ),
];
