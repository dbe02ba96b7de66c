import { paginate } from '../tracker/paginate.ts';
import { releaseOf, requireOrganization, route, type Route } from '../tracker/route.ts';
import { COMMITS, PROJECTS, PROJECTS_QUERY, RELEASE, RELEASES, RELEASES_QUERY } from './published-release.ts';
import { renderCommit, renderProject, renderRelease } from './render-release.ts';

const RELEASE_SCOPES = ['project:read', 'project:write', 'project:admin', 'project:releases', 'org:ci'];
const ORGANIZATION_SCOPES = ['org:read', 'org:write', 'org:admin'];
const PATH = '/organizations/:org/releases';

/** Releases with their commits, newest first, and the list of projects. */
export const releaseRoutes: readonly Route[] = [
  route(`GET ${PATH}`, { scopes: RELEASE_SCOPES, query: RELEASES_QUERY, answer: RELEASES }, (call) => {
    requireOrganization(call);
    const { world, query } = call;
    const wanted = query.getAll('project');
    const releases = [...world.releases.values()]
      .filter(({ projects }) => wanted.length === 0 || [...projects].some(({ id }) => wanted.includes(String(id))))
      .filter(({ version }) => version.includes(query.get('query') ?? ''))
      .toSorted((a, b) => b.id - a.id);
    const { items, headers } = paginate(call, releases);
    return { status: 200, body: items.map((release) => renderRelease(world, release)), headers };
  }),
  route(`GET ${PATH}/:version`, { scopes: RELEASE_SCOPES, answer: RELEASE }, (call) => ({
    status: 200,
    body: renderRelease(call.world, releaseOf(call)),
  })),
  route(`GET ${PATH}/:version/commits`, { scopes: RELEASE_SCOPES, query: 'cursor', answer: COMMITS }, (call) => {
    const { items, headers } = paginate(call, releaseOf(call).commits);
    return { status: 200, body: items.map((commit) => renderCommit(call.world, commit)), headers };
  }),
  route(
    'GET /organizations/:org/projects',
    { scopes: ORGANIZATION_SCOPES, query: PROJECTS_QUERY, answer: PROJECTS },
    (call) => {
      requireOrganization(call);
      const { items, headers } = paginate(call, [...call.world.projects.values()]);
      return { status: 200, body: items.map((project) => renderProject(call.world, project)), headers };
    },
  ),
];
