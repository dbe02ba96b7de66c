import { refused } from '../tracker/failure.ts';
import type { EventRecord } from '../tracker/records.ts';
import { eventAmong, issueOf, projectOf, route, type Call, type Route } from '../tracker/route.ts';
import { EVENT } from './published-event.ts';
import { COMMITTERS } from './published-release.ts';
import { renderEvent } from './render-event.ts';
import { renderCommitters, suspectsOf } from './render-release.ts';

const EVENT_SCOPES = ['event:read', 'event:write', 'event:admin'];
const PROJECT_SCOPES = ['project:read', 'project:write', 'project:admin'];
const PROJECT_EVENT = '/projects/:org/:project/events/:event';

/** Events of an issue, where three words stand for ids, and of a project. */
export const eventRoutes: readonly Route[] = [
  route(
    'GET /organizations/:org/issues/:issue/events/:event',
    { scopes: EVENT_SCOPES, query: 'environment llmFormat', answer: EVENT },
    (call) => ({ status: 200, body: renderEvent(call.world, eventOfIssue(call)) }),
  ),
  route(`GET ${PROJECT_EVENT}`, { scopes: EVENT_SCOPES, query: 'environment', answer: EVENT }, (call) => ({
    status: 200,
    body: renderEvent(call.world, eventOfProject(call)),
  })),
  route(`GET ${PROJECT_EVENT}/committers`, { scopes: PROJECT_SCOPES, answer: COMMITTERS }, (call) => {
    const event = eventOfProject(call);
    if (!event.release) throw refused(404, 'Release not found');
    const suspects = suspectsOf(call.world, event);
    if (suspects.length === 0) throw refused(404, 'No Commits found for Release');
    return { status: 200, body: renderCommitters(call.world, suspects) };
  }),
];

function eventOfIssue(call: Call): EventRecord {
  const { events } = issueOf(call);
  const isOldest = call.params['event'] === 'oldest';
  const isWord = isOldest || call.params['event'] === 'latest' || call.params['event'] === 'recommended';
  const event = isOldest ? events[0] : events.at(-1);
  if (isWord && event) return event;
  return eventAmong(call, events);
}

function eventOfProject(call: Call): EventRecord {
  const project = projectOf(call);
  return eventAmong(
    call,
    [...call.world.events.values()].filter((event) => event.project === project),
  );
}
