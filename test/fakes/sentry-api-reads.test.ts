import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { COMMIT, openShop, type Shop } from './sentry/open-shop.ts';
import { BREADCRUMBS_ENTRY, EXCEPTION_ENTRY, REQUEST_ENTRY } from './sentry/published-event.ts';
import type { SentryStandIn } from './sentry/stand-in.ts';
import { departures } from './tracker/published.ts';
import type { RestClient } from './tracker/rest-client.ts';
import { sendError } from './tracker/send-error.ts';

const ORGANIZATION = '/organizations/acme';
const Entries = z.looseObject({ entries: z.array(z.looseObject({ type: z.string(), data: z.unknown() })) });

let sentry: SentryStandIn;
let project: Shop['project'];
let reader: RestClient;
let eventId: string;
let issue: string;
beforeEach(async () => {
  ({ sentry, project, reader, eventId, issue } = await openShop());
});
afterEach(() => sentry.close());

describe('what is read', () => {
  test('an issue, with its counts and its releases', async () => {
    const { status, body, headers } = await reader.get(`${issue}/`);
    expect([status, body]).toMatchObject([
      200,
      { shortId: 'SHOP-1', status: 'unresolved', substatus: 'new', count: '1', userCount: 1, level: 'error' },
    ]);
    expect(body).toMatchObject({ firstRelease: { version: '1.0.0' }, isUnhandled: false });
    expect(headers.get('x-sentry-rate-limit-limit')).toBe('40');
    sentry.assertNoViolations();
  });

  test.each(['latest', 'oldest', 'recommended', 'by id'])('an event of an issue: %s', async (which) => {
    const { body } = await reader.get(`${issue}/events/${which === 'by id' ? eventId : which}/`);
    expect(body).toMatchObject({ eventID: eventId, release: { version: '1.0.0' }, user: { id: '7' } });
    const { entries } = Entries.parse(body);
    const shapes = { exception: EXCEPTION_ENTRY, breadcrumbs: BREADCRUMBS_ENTRY, request: REQUEST_ENTRY };
    expect(entries.map(({ type }) => type)).toEqual(Object.keys(shapes));
    for (const [index, shape] of Object.values(shapes).entries())
      expect(departures(shape, entries[index]?.data)).toEqual([]);
    expect(entries[0]?.data).toMatchObject({
      values: [
        { stacktrace: { frames: [{ inApp: false }, { inApp: true, lineNo: 12, absPath: '/app/src/cart.js' }] } },
      ],
    });
    sentry.assertNoViolations();
  });

  test('the lines around a frame, numbered', async () => {
    const { body } = await reader.get(`/projects/acme/shop/events/${eventId}/`);
    expect(JSON.stringify(body)).toContain(
      JSON.stringify([
        [11, 'function total(cart) {'],
        [12, '  return cart.items.length;'],
        [13, '}'],
      ]),
    );
  });

  test('releases, their commits, and the commits under suspicion', async () => {
    expect((await reader.get(`${ORGANIZATION}/releases/`)).body).toMatchObject([{ version: '1.0.0', commitCount: 1 }]);
    expect((await reader.get(`${ORGANIZATION}/releases/1.0.0/`)).body).toMatchObject({ lastCommit: { id: COMMIT } });
    expect((await reader.get(`${ORGANIZATION}/releases/1.0.0/commits/`)).body).toMatchObject([
      { id: COMMIT, repository: { name: 'acme/shop' }, releases: [{ version: '1.0.0' }] },
    ]);
    expect((await reader.get(`/projects/acme/shop/events/${eventId}/committers/`)).body).toMatchObject({
      committers: [{ author: { email: 'bea@example.com' }, commits: [{ id: COMMIT }] }],
    });
    const elsewhere = await sendError(project.dsn, { file: '/app/src/other.js' });
    expect(await reader.get(`/projects/acme/shop/events/${elsewhere}/committers/`)).toMatchObject({ status: 404 });
    sentry.assertNoViolations();
  });

  test('projects, page by page', async () => {
    sentry.addProject('depot', 'python');
    const first = await reader.get(`${ORGANIZATION}/projects/?per_page=1`);
    expect(first.body).toMatchObject([{ slug: 'shop', environments: ['production'] }]);
    const next = /<(?<url>[^>]+)>; rel="next"; results="true"/.exec(first.headers.get('link') ?? '')?.groups?.['url'];
    const second = await reader.get((next ?? '').slice(sentry.apiUrl.length));
    expect(second.body).toMatchObject([{ slug: 'depot' }]);
    expect(second.headers.get('link')).toContain('rel="next"; results="false"');
    sentry.assertNoViolations();
  });
});
