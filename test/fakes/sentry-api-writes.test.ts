import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { COMMIT, openShop } from './sentry/open-shop.ts';
import type { SentryStandIn } from './sentry/stand-in.ts';
import { trackerClient, type RestClient } from './tracker/rest-client.ts';

const Note = z.looseObject({ id: z.string() });

let sentry: SentryStandIn;
let reader: RestClient;
let writer: RestClient;
let issue: string;
beforeEach(async () => {
  ({ sentry, reader, writer, issue } = await openShop());
});
afterEach(() => sentry.close());

describe('what is written', () => {
  test.each(['comments', 'notes'])('%s are made, listed, changed and taken away', async (name) => {
    const made = await writer.post(`${issue}/${name}/`, { text: 'a fix is on its way' });
    expect(made).toMatchObject({ status: 201, body: { type: 'note', data: { text: 'a fix is on its way' } } });
    const note = `${issue}/${name}/${Note.parse(made.body).id}/`;
    expect(await writer.put(note, { text: 'merged' })).toMatchObject({
      status: 200,
      body: { data: { text: 'merged' } },
    });
    expect((await reader.get(`${issue}/${name}/`)).body).toMatchObject([{ data: { text: 'merged' } }]);
    expect(await writer.delete(note)).toMatchObject({ status: 204, body: undefined });
    expect((await reader.get(`${issue}/${name}/`)).body).toEqual([]);
    expect(sentry.ledger.map(({ kind }) => kind)).toEqual(['comment.create', 'comment.update', 'comment.delete']);
    sentry.assertNoViolations();
  });

  test('the same comment twice within an hour is refused, and what others wrote is not found', async () => {
    expect(await writer.post(`${issue}/comments/`, { text: 'hello' })).toMatchObject({ status: 201 });
    const { status, body } = await writer.post(`${issue}/comments/`, { text: 'hello' });
    expect([status, body]).toEqual([400, { detail: 'You have already posted that comment.' }]);
    const theirs = sentry.comment(sentry.issues()[0]?.id ?? 0, 'mine');
    expect(await writer.put(`${issue}/comments/${theirs.id}/`, { text: 'ours' })).toMatchObject({ status: 404 });
    sentry.assertNoViolations();
  });

  test.each([
    [{ status: 'resolved' }, {}],
    [{ status: 'resolved', statusDetails: { inRelease: '1.0.0' } }, { inRelease: '1.0.0' }],
    [{ status: 'resolved', statusDetails: { inRelease: 'latest' } }, { inRelease: '1.0.0' }],
    [{ status: 'resolved', statusDetails: { inNextRelease: true } }, { inNextRelease: true }],
    [{ status: 'resolvedInNextRelease' }, { inNextRelease: true }],
    [
      { status: 'resolved', statusDetails: { inCommit: { commit: COMMIT, repository: 'acme/shop' } } },
      { inCommit: COMMIT },
    ],
  ])('an issue is resolved: %j', async (update, statusDetails) => {
    const { status, body } = await writer.put(`${issue}/`, update);
    expect([status, body]).toMatchObject([200, { status: 'resolved', substatus: null, statusDetails }]);
    expect((await reader.get(`${issue}/`)).body).toMatchObject({ status: 'resolved' });
    sentry.assertNoViolations();
  });

  test.each([
    [{ inRelease: '9' }, 'inRelease'],
    [{ inCommit: { commit: COMMIT, repository: 'acme/depot' } }, 'repository'],
    [{ inCommit: { commit: 'b', repository: 'acme/shop' } }, 'commit'],
  ])('an issue is not resolved in what is not known: %j', async (statusDetails, field) => {
    const { status, body } = await writer.put(`${issue}/`, { status: 'resolved', statusDetails });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(`"${field}":["Unable to find`);
    expect(sentry.ledger).toEqual([]);
  });
});

describe('what is refused', () => {
  test('nobody, somebody unknown, and a token without the scope', async () => {
    expect(await trackerClient(sentry, undefined).get(`${issue}/`)).toMatchObject({ status: 401 });
    expect(await trackerClient(sentry, 'guess').get(`${issue}/`)).toMatchObject({ body: { detail: 'Invalid token' } });
    expect(await reader.put(`${issue}/`, { status: 'resolved' })).toMatchObject({ status: 403 });
    expect(await reader.post(`${issue}/comments/`, { text: 'x' })).toMatchObject({ status: 403 });
    sentry.assertNoViolations();
  });

  test.each(['/organizations/acme/issues/1/', '/organizations/other/releases/', '/projects/acme/nope/events/abc/'])(
    'what there is not: %s',
    async (path) => {
      expect(await reader.get(path)).toMatchObject({
        status: 404,
        body: { detail: 'The requested resource does not exist' },
      });
      sentry.assertNoViolations();
    },
  );

  test('one request too many, with how long to wait', async () => {
    sentry.limitRate({ retryAfterSec: 7, times: 1 });
    const { status, headers, body } = await reader.get(`${issue}/`);
    expect([status, headers.get('retry-after')]).toEqual([429, '7']);
    expect(body).toMatchObject({ detail: expect.stringContaining('too frequently') });
    expect(await reader.get(`${issue}/`)).toMatchObject({ status: 200 });
  });

  test('any, when Sentry is down, slow or gone', async () => {
    sentry.fault({ status: 503, match: { operationId: 'GET /organizations/:org/issues/:issue' } });
    expect(await reader.get(`${issue}/`)).toMatchObject({ status: 503 });
    sentry.fault({ delayMs: 150 });
    const startedAt = Date.now();
    expect(await reader.get(`${issue}/`)).toMatchObject({ status: 200 });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(149);
    sentry.fault({ drop: true, when: 'after', match: { method: 'POST' } });
    await expect(writer.post(`${issue}/comments/`, { text: 'lost answer' })).rejects.toThrow('fetch failed');
    expect(sentry.ledger).toHaveLength(1);
  });
});

describe('what is not as published is a violation', () => {
  test.each([
    ['a path without its last slash', () => reader.get(issue)],
    ['a query that is not known', () => reader.get(`${issue}/?colour=red`)],
    ['a field that is not known', () => writer.put(`${issue}/`, { state: 'resolved' })],
    ['a value that is not known', () => writer.put(`${issue}/`, { status: 'closed' })],
    ['a body that is none', () => writer.post(`${issue}/comments/`, 'hello')],
    ['a comment without a text', () => writer.post(`${issue}/comments/`, {})],
  ])('%s', async (_name, ask) => {
    expect((await ask()).status).toBe(400);
    expect(sentry.takeViolations()).toMatchObject([{ direction: 'request' }]);
  });

  test('and so is a path that nothing models, such as the one that Sentry gives up', async () => {
    expect((await reader.get(`/issues/${sentry.issues()[0]?.id}/`)).status).toBe(404);
    expect(() => sentry.assertNoViolations()).toThrow('does not model this');
  });
});
