import { paginate } from '../tracker/paginate.ts';
import { eventAmong, issueOf, projectOf, releaseOf, requireOrganization, route, type Route } from '../tracker/route.ts';
import { COMMITS, EVENT, PAGES, PROJECTS, RELEASE, RELEASES } from './published-api.ts';
import { renderEvent } from './render-event.ts';
import { renderCommit, renderProject, renderRelease } from './render-issue.ts';

const EVENT_SCOPES = ['event:read', 'event:write', 'event:admin'];
const RELEASE_SCOPES = ['project:releases'];
const COMMIT_SCOPES = ['project:releases', 'project:write', 'project:admin'];
const PATH = '/organizations/:org/releases';

const events: readonly Route[] = [
  route('GET /issues/:issue/events/:event', { scopes: EVENT_SCOPES, answer: EVENT }, (call) => {
    const known = issueOf(call).events;
    const latest = call.params['event'] === 'latest' ? known.at(-1) : undefined;
    return { status: 200, body: renderEvent(latest ?? eventAmong(call, known)) };
  }),
  route('GET /projects/:org/:project/events/:event', { scopes: EVENT_SCOPES, answer: EVENT }, (call) => {
    const project = projectOf(call);
    const known = [...call.world.events.values()].filter((event) => event.project === project);
    return { status: 200, body: renderEvent(eventAmong(call, known)) };
  }),
];

const releases: readonly Route[] = [
  route(`GET ${PATH}`, { scopes: RELEASE_SCOPES, query: PAGES, answer: RELEASES }, (call) => {
    requireOrganization(call);
    const all = [...call.world.releases.values()].toSorted((a, b) => b.id - a.id);
    const { items, headers } = paginate(call, all);
    return { status: 200, body: items.map(renderRelease), headers };
  }),
  route(`GET ${PATH}/:version`, { scopes: RELEASE_SCOPES, answer: RELEASE }, (call) => ({
    status: 200,
    body: renderRelease(releaseOf(call)),
  })),
  route(`GET ${PATH}/:version/commits`, { scopes: COMMIT_SCOPES, answer: COMMITS }, (call) => ({
    status: 200,
    body: releaseOf(call).commits.map(renderCommit),
  })),
];

const projects: readonly Route[] = [
  route(
    'GET /organizations/:org/projects',
    { scopes: ['project:read'], query: `${PAGES} query`, answer: PROJECTS },
    (call) => {
      requireOrganization(call);
      const { items, headers } = paginate(call, [...call.world.projects.values()]);
      return { status: 200, body: items.map((project) => renderProject(call.world, project)), headers };
    },
  ),
];

/** Events of an issue and of a project, releases with their commits, newest first, and the list of projects. */
export const readRoutes: readonly Route[] = [...events, ...releases, ...projects];
