import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { NewRepositoryLink, RepositoryLinkView } from '#core/contracts/http/repository-links.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { RepositoryLink, RepositoryLinks } from '#core/ports/access/tenants.ts';
import { callOf } from '#core/usecases/request/calls-of.ts';
import { placeCall, type PlaceCallDeps } from '#core/usecases/request/place-call.ts';
import { mustBeDone } from './answer-outcome.ts';
import { found } from './found.ts';
import type { ApiEnv } from './guard.ts';
import { access, FAILURES, json, WRITE_FAILURES } from './route-access.ts';

const READ = access({ action: 'read', resource: 'repository-link' });
const CHANGE = access({ action: 'admin', resource: 'repository-link' });
/** Links of one tenant that are listed. */
const LINKS_MAX = 1_000;

const list = createRoute({
  ...READ,
  method: 'get',
  path: '/repository-links',
  summary: 'Repositories that the tenant may ask for work in, newest first',
  responses: { 200: json(z.array(RepositoryLinkView), 'The links'), ...FAILURES },
});

const make = createRoute({
  ...CHANGE,
  method: 'post',
  path: '/repository-links',
  summary: 'Links a repository, once its host has shown that the server can work in it',
  request: { body: { required: true, content: { 'application/json': { schema: NewRepositoryLink } } } },
  responses: { 201: json(RepositoryLinkView, 'The link'), ...WRITE_FAILURES },
});

const read = createRoute({
  ...READ,
  method: 'get',
  path: '/repository-links/{id}',
  summary: 'One link',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(RepositoryLinkView, 'The link'), ...FAILURES },
});

const remove = createRoute({
  ...CHANGE,
  method: 'delete',
  path: '/repository-links/{id}',
  summary: 'Removes a link; what was asked through it goes on',
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: 'It is removed' }, ...FAILURES },
});

/** What links need. */
export type RepositoryLinkDeps = PlaceCallDeps & {
  readonly store: { readonly links: RepositoryLinks };
  /** Address of the host that a repository is on. */
  readonly addressOf: (repo: RepoRef) => string;
};

/** `/repository-links`: read by everybody of the tenant, made and removed by its administrators. */
export function repositoryLinkRoutes(api: OpenAPIHono<ApiEnv>, deps: RepositoryLinkDeps): void {
  const { links } = deps.store;
  api.openapi(list, async (context) => {
    const all = await links.list(context.var.identity.tenantId, LINKS_MAX);
    return context.json(
      all.map((link) => linkView(deps, link)),
      200,
    );
  });
  api.openapi(make, async (context) => {
    const { identity, callId } = context.var;
    const { provider, repository, approval } = context.req.valid('json');
    const call = { ...callOf(deps, identity, callId), kind: 'link', provider, repository, approval } as const;
    const outcome = await placeCall(deps, call);
    mustBeDone(outcome, 'Linking the repository');
    const link = found(await links.find(identity.tenantId, callId));
    context.header('location', `/api/repository-links/${link.id}/`);
    return context.json(linkView(deps, link), 201);
  });
  api.openapi(read, async (context) => {
    const link = await links.find(context.var.identity.tenantId, context.req.valid('param').id);
    return context.json(linkView(deps, found(link)), 200);
  });
  api.openapi(remove, async (context) => {
    found((await links.remove(context.var.identity.tenantId, context.req.valid('param').id)) || undefined);
    return context.body(null, 204);
  });
}

function linkView({ addressOf }: RepositoryLinkDeps, link: RepositoryLink): RepositoryLinkView {
  const { id, repo, approval, createdBy } = link;
  return {
    id,
    provider: repo.provider,
    repository: fullName(repo),
    base_url: addressOf(repo),
    approval,
    created_by: createdBy,
    created_at: link.createdAt,
    updated_at: link.updatedAt,
  };
}
