import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { EXCEPTION_ENTRY } from './glitchtip/published-api.ts';
import { startGlitchtip, type GlitchtipStandIn } from './glitchtip/stand-in.ts';
import { departures } from './tracker/published.ts';
import { trackerClient, type RestClient } from './tracker/rest-client.ts';
import { sendError } from './tracker/send-error.ts';

const Event = z.looseObject({
  id: z.string(),
  eventID: z.string(),
  entries: z.array(z.looseObject({ type: z.string(), data: z.unknown() })),
});
const Comment = z.looseObject({ id: z.number() });

let glitchtip: GlitchtipStandIn;
let reader: RestClient;
let writer: RestClient;
let issue: string;
let eventId: string;
beforeEach(async () => {
  glitchtip = await startGlitchtip();
  const project = glitchtip.addProject('shop');
  reader = trackerClient(glitchtip, glitchtip.readToken);
  writer = trackerClient(glitchtip, glitchtip.writeToken);
  const author = { name: 'Bea', email: 'bea@example.com' };
  const commit = { id: 'c1', message: 'Count', author, at: 0, repository: 'acme/shop', files: [] };
  glitchtip.release({ version: '1.0.0', project: 'shop', commits: [commit] });
  eventId = await sendError(project.dsn, { user: '7' });
  issue = `/issues/${glitchtip.issues()[0]?.id}`;
});
afterEach(() => glitchtip.close());

describe('the API', () => {
  test('gives an issue, without an organization in the path, and an event by either id', async () => {
    expect((await reader.get(`${issue}/`)).body).toMatchObject({
      shortId: 'SHOP-1',
      status: 'unresolved',
      count: '1',
      userCount: 0,
      permalink: 'Not implemented',
    });
    const latest = Event.parse((await reader.get(`${issue}/events/latest/`)).body);
    expect(latest.eventID).toBe(eventId);
    expect(latest.id).not.toBe(eventId);
    const [exception] = latest.entries;
    expect(departures(EXCEPTION_ENTRY, exception?.data)).toEqual([]);
    expect(JSON.stringify(exception)).toContain('"absPath":"/app/src/cart.js","lineNo":12,"colNo":3,"inApp":true');
    for (const id of [latest.id, eventId])
      expect((await reader.get(`/projects/acme/shop/events/${id}/`)).body).toEqual(latest);
    glitchtip.assertNoViolations();
  });

  test('gives releases, their commits, those of an issue, and projects', async () => {
    const commits = [{ id: 'c1', message: 'Count', authorName: 'Bea', authorEmail: 'bea@example.com' }];
    expect((await reader.get('/organizations/acme/releases/')).body).toMatchObject([{ version: '1.0.0' }]);
    expect((await reader.get('/organizations/acme/releases/1.0.0/')).body).toMatchObject({ commitCount: 1 });
    expect((await reader.get('/organizations/acme/releases/1.0.0/commits/')).body).toEqual(commits);
    expect((await reader.get(`${issue}/commits/`)).body).toEqual(commits);
    expect((await reader.get('/organizations/acme/projects/')).body).toMatchObject([{ slug: 'shop' }]);
    glitchtip.assertNoViolations();
  });

  test('takes comments, and answers 400 where there is nothing to comment', async () => {
    const made = await writer.post(`${issue}/comments/`, { data: { text: 'on it' } });
    expect(made).toMatchObject({ status: 201, body: { data: { text: 'on it' }, type: 'note' } });
    const comment = `${issue}/comments/${Comment.parse(made.body).id}/`;
    expect(await writer.put(comment, { data: { text: 'done' } })).toMatchObject({ body: { data: { text: 'done' } } });
    expect((await reader.get(`${issue}/comments/`)).body).toMatchObject([{ data: { text: 'done' } }]);
    expect(await writer.delete(comment)).toMatchObject({ status: 204 });
    expect(await writer.delete(comment)).toMatchObject({ status: 400, body: { detail: 'Comment does not exist' } });
    expect(await writer.post('/issues/1/comments/', { data: { text: 'x' } })).toMatchObject({ status: 400 });
    glitchtip.assertNoViolations();
  });

  test('resolves an issue, and answers in names with underscores', async () => {
    const { status, body } = await writer.put(`/organizations/acme${issue}/`, {
      status: 'resolved',
      statusDetails: { inNextRelease: true },
    });
    expect([status, body]).toMatchObject([200, { status: 'resolved', user_count: 0 }]);
    expect(glitchtip.ledger).toMatchObject([{ kind: 'issue.update' }]);
    glitchtip.assertNoViolations();
  });

  test('refuses in its own words', async () => {
    expect(await trackerClient(glitchtip, 'guess').get(`${issue}/`)).toMatchObject({ status: 401 });
    expect(await reader.post(`${issue}/comments/`, { data: { text: 'x' } })).toMatchObject({ status: 403 });
    expect(await reader.get('/issues/1/')).toMatchObject({ status: 404, body: { detail: 'Not Found' } });
    glitchtip.limitRate({ retryAfterSec: 30 });
    expect((await reader.get(`${issue}/`)).headers.get('retry-after')).toBe('30');
    glitchtip.assertNoViolations();
    expect(await writer.post(`${issue}/comments/`, { text: 'as for Sentry' })).toMatchObject({ status: 422 });
    expect(await reader.get(`/organizations/acme${issue}/`)).toMatchObject({ status: 404 });
    expect(glitchtip.takeViolations()).toHaveLength(2);
  });
});
