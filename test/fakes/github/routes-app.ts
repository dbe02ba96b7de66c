import { z } from 'zod';
import { notFound, suspended } from './failure.ts';
import { issueToken } from './installation-tokens.ts';
import { paginate } from './paginate.ts';
import { reaches } from './caller.ts';
import { renderFullRepository, renderInstallation, renderRepository } from './render-repository.ts';
import { isoTime, renderApp, renderPublicUser } from './render-user.ts';
import { appRoute, publicRoute, tokenRoute, type Route } from './route.ts';
import { findRepository, type World } from './world.ts';

const TokenBody = z
  .object({
    repositories: z.array(z.string()).optional(),
    repository_ids: z.array(z.number()).optional(),
    permissions: z.record(z.string(), z.string()).optional(),
  })
  .optional();

/** The App, its installations and tokens, and users. */
export const appRoutes: readonly Route[] = [
  appRoute('GET /app', ({ world }) => ({
    status: 200,
    body: { ...renderApp(world), installations_count: world.installations.size },
  })),
  appRoute('GET /app/installations', (call) => {
    const all = [...call.world.installations.values()].map((one) => renderInstallation(call.world, one));
    const { page, headers } = paginate(call, all);
    return { status: 200, body: page, headers };
  }),
  appRoute('GET /repos/{owner}/{repo}/installation', ({ world, params }) => {
    const repository = findRepository(world, `${params['owner'] ?? ''}/${params['repo'] ?? ''}`);
    return { status: 200, body: installationBody(world, repository?.installationId) };
  }),
  appRoute('GET /app/installations/{installation_id}', ({ world, params }) => ({
    status: 200,
    body: installationBody(world, Number(params['installation_id'])),
  })),
  appRoute('POST /app/installations/{installation_id}/access_tokens', ({ world, params, body }) => {
    const installationId = Number(params['installation_id']);
    const installation = world.installations.get(installationId);
    if (!installation) throw notFound();
    if (installation.suspended) throw suspended();
    const asked = TokenBody.parse(body);
    const record = issueToken(world, {
      installationId,
      repositories: asked?.repositories,
      repositoryIds: asked?.repository_ids,
      permissions: asked?.permissions,
    });
    const selected = [...world.repositories.values()].filter((one) => record.repositoryIds?.has(one.id));
    return {
      status: 201,
      body: {
        token: record.token,
        expires_at: isoTime(record.expiresAt),
        permissions: record.permissions,
        repository_selection: record.repositoryIds === undefined ? 'all' : 'selected',
        ...(record.repositoryIds === undefined
          ? {}
          : { repositories: selected.map((one) => renderFullRepository(world, one)) }),
      },
      wrote: { kind: 'token.create', id: record.id },
    };
  }),
  tokenRoute('DELETE /installation/token', (_call, token) => {
    token.revoked = true;
    return { status: 204, wrote: { kind: 'token.revoke', id: token.id } };
  }),
  tokenRoute('GET /installation/repositories', (call, token) => {
    const reachable = [...call.world.repositories.values()].filter((one) => reaches(token, one));
    const { page, headers } = paginate(call, reachable);
    const repositories = page.map((one) => renderRepository(call.world, one));
    return { status: 200, body: { total_count: reachable.length, repositories }, headers };
  }),
  tokenRoute('GET /users/{username}', ({ world, params }) => {
    const user = world.users.get((params['username'] ?? '').toLowerCase());
    if (!user) throw notFound();
    return { status: 200, body: renderPublicUser(world, user) };
  }),
  publicRoute('POST /app-manifests/{code}/conversions', ({ world, params }) => {
    if (!world.manifestCodes.delete(params['code'] ?? '')) throw notFound();
    const { clientSecret, webhookSecret, privateKey } = world.app;
    const secrets = { client_secret: clientSecret, webhook_secret: webhookSecret, pem: privateKey };
    return { status: 201, body: { ...renderApp(world), ...secrets } };
  }),
];

function installationBody(world: World, id: number | undefined) {
  const installation = id === undefined ? undefined : world.installations.get(id);
  if (installation === undefined) throw notFound();
  return renderInstallation(world, installation);
}
