import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { picturesOf } from '#core/contracts/http/attachments.ts';
import { NewMessage, NewRequest, Queued, Received, WorkOptions } from '#core/contracts/http/new-requests.ts';
import { RequestDetail } from '#core/contracts/http/requests.ts';
import type { ApiCall } from '#core/contracts/api-call.ts';
import { callOf, optionsOf } from '#core/usecases/request/calls-of.ts';
import { placeCall, type PlaceCallDeps } from '#core/usecases/request/place-call.ts';
import { viewRequest, type ViewRequestDeps } from '#core/usecases/view/view-request.ts';
import { mustBeDone, unlessRefused } from './answer-outcome.ts';
import { found } from './found.ts';
import type { ApiEnv } from './guard.ts';
import { access, json, WRITE_FAILURES } from './route-access.ts';

const RUN = access({ action: 'run', resource: 'request' });
const params = z.object({ id: z.string() });

const make = createRoute({
  ...RUN,
  method: 'post',
  path: '/requests',
  summary: 'Asks for work in a repository; a run of it is queued at once',
  request: { body: { required: true, content: { 'application/json': { schema: NewRequest } } } },
  responses: { 201: json(RequestDetail, 'The request'), ...WRITE_FAILURES },
});

const execute = createRoute({
  ...RUN,
  method: 'post',
  path: '/requests/{id}/execute',
  summary: 'Does the newest run of a request once more, where it did not succeed',
  request: { params, body: { required: false, content: { 'application/json': { schema: WorkOptions } } } },
  responses: { 202: json(Queued, 'It is queued'), ...WRITE_FAILURES },
});

const say = createRoute({
  ...RUN,
  method: 'post',
  path: '/chat',
  summary: 'Says more to a request: to the run at work, or to a further one',
  request: { body: { required: true, content: { 'application/json': { schema: NewMessage } } } },
  responses: { 202: json(Received, 'It is received'), ...WRITE_FAILURES },
});

const approve = createRoute({
  ...access({ action: 'approve', resource: 'request' }),
  method: 'post',
  path: '/chat/{id}/approve',
  summary: 'Approves the change or the plan that a request waits with',
  request: { params },
  responses: { 202: json(Queued, 'It goes on'), ...WRITE_FAILURES },
});

/** What making requests needs. */
export type NewRequestDeps = PlaceCallDeps & ViewRequestDeps;

/** `/requests` and `/chat`: what begins, goes on with and approves work. Done by the workers, as if it was said on the host. */
export function newRequestRoutes(api: OpenAPIHono<ApiEnv>, deps: NewRequestDeps): void {
  api.openapi(make, async (context) => {
    const { identity, callId } = context.var;
    const { project_id, prompt, id: requestId = callId, source, sender, ...asked } = context.req.valid('json');
    const outcome = await placeCall(deps, {
      ...callOf(deps, identity, callId),
      ...{ kind: 'request', request_id: requestId, link_id: project_id, prompt, source, sender },
      options: optionsOf(asked),
      pictures: picturesOf(asked.attachments),
    });
    mustBeDone(outcome, `Request ${requestId}`);
    const request = found(await viewRequest(deps, identity.tenantId, requestId));
    context.header('location', `/api/requests/${request.id}/`);
    return context.json(request, 201);
  });
  /** Of a request of the caller's tenant. What takes longer is done all the same. */
  const place = async (tenantId: string, call: Extract<ApiCall, { kind: 'execute' | 'approve' | 'follow-up' }>) => {
    found((await deps.history.hasRequest(tenantId, call.request_id)) || undefined);
    unlessRefused(await placeCall(deps, call));
  };
  api.openapi(execute, async (context) => {
    const { identity, callId } = context.var;
    const options = optionsOf(context.req.valid('json') ?? {});
    const request_id = context.req.valid('param').id;
    await place(identity.tenantId, { ...callOf(deps, identity, callId), kind: 'execute', request_id, options });
    return context.json({ status: 'queued' as const }, 202);
  });
  api.openapi(say, async (context) => {
    const { identity, callId } = context.var;
    const { request_id, message, attachments } = context.req.valid('json');
    const words = { request_id, message, pictures: picturesOf(attachments) };
    await place(identity.tenantId, { ...callOf(deps, identity, callId), kind: 'follow-up', ...words });
    return context.json({ status: 'received' as const }, 202);
  });
  api.openapi(approve, async (context) => {
    const { identity, callId } = context.var;
    const request_id = context.req.valid('param').id;
    await place(identity.tenantId, { ...callOf(deps, identity, callId), kind: 'approve', request_id });
    return context.json({ status: 'queued' as const }, 202);
  });
}
