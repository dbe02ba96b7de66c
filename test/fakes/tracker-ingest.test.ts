import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSentry, type SentryStandIn } from './sentry/stand-in.ts';
import { errorEvent, sendError } from './tracker/send-error.ts';
import type { OpenProject } from './tracker/stand-in.ts';

let sentry: SentryStandIn;
let project: OpenProject;
beforeEach(async () => {
  sentry = await startSentry();
  project = sentry.addProject('shop');
});
afterEach(() => sentry.close());

describe('an envelope', () => {
  const envelope = (...lines: unknown[]): Buffer => Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n'));
  const post = (body: Buffer, headers: Record<string, string> = {}, key = project.publicKey): Promise<Response> =>
    fetch(`${sentry.url}/api/${project.id}/envelope/?sentry_key=${key}`, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
    });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['identity', (bytes: Buffer) => bytes],
  ] as const)('is read when its encoding is %s', async (encoding, compress) => {
    const event = errorEvent({});
    const response = await post(compress(envelope({ event_id: event.event_id }, { type: 'event' }, event)), {
      'content-encoding': encoding,
    });
    expect([response.status, await response.json()]).toEqual([200, { id: event.event_id }]);
    expect(sentry.events().map((one) => one.id)).toEqual([event.event_id]);
  });

  test('may carry other items, which are counted, and lengths, which are kept to', async () => {
    const event = errorEvent({ value: 'a\nb' });
    const text = JSON.stringify(event);
    const header = { type: 'event', length: Buffer.byteLength(text) };
    const body = Buffer.concat([envelope({}, { type: 'session' }, { sid: '1' }, header), Buffer.from(`\n${text}\n`)]);
    expect((await post(body)).status).toBe(200);
    expect(sentry.otherItems()).toEqual(new Map([['session', 1]]));
    expect(sentry.issues()).toMatchObject([{ title: 'TypeError: a' }]);
  });

  test('is taken by its own DSN, or by a header', async () => {
    const send = (headers: Record<string, string>, dsn?: string): Promise<Response> =>
      fetch(`${sentry.url}/api/${project.id}/envelope/`, {
        method: 'POST',
        headers,
        body: new Uint8Array(envelope({ dsn }, { type: 'event' }, errorEvent({}))),
      });
    expect((await send({}, project.dsn)).status).toBe(200);
    expect((await send({ 'x-sentry-auth': `Sentry sentry_version=7, sentry_key=${project.publicKey}` })).status).toBe(
      200,
    );
    expect((await send({})).status).toBe(401);
    sentry.assertNoViolations();
  });

  test('with a key of no project is refused, which breaks no contract', async () => {
    expect((await post(envelope({}, { type: 'event' }, errorEvent({})), {}, 'f'.repeat(32))).status).toBe(403);
    expect(sentry.events()).toEqual([]);
    sentry.assertNoViolations();
  });

  test.each([
    ['that is not JSON', () => Buffer.from('hello')],
    ['that is cut off', () => envelope({}, { type: 'event', length: 5_000 }, errorEvent({}))],
    [
      'whose event is not as documented',
      () => envelope({}, { type: 'event' }, { ...errorEvent({}), timestamp: 'now' }),
    ],
  ])('%s is a violation', async (_name, body) => {
    expect((await post(body())).status).toBe(400);
    expect(sentry.takeViolations()).toMatchObject([{ operationId: 'POST /api/:project/envelope/' }]);
  });

  test('that comes twice is one event', async () => {
    const event = errorEvent({});
    const body = envelope({}, { type: 'event' }, event);
    await Promise.all([post(body), post(body)]);
    expect(sentry.events()).toHaveLength(1);
  });
});

describe('events of one kind are one issue', () => {
  test('by type and newest frame of their own, with its counts and times', async () => {
    for (const user of ['1', '2', '2', undefined])
      await sendError(project.dsn, { line: user === '1' ? 10 : 11, value: `is ${user}`, ...(user ? { user } : {}) });
    await sendError(project.dsn, { function: 'other' });
    await sendError(project.dsn, { type: 'RangeError' });
    const [first, ...others] = sentry.issues();
    expect(first?.events).toHaveLength(4);
    expect(first?.users.size).toBe(2);
    expect(first?.lastSeen).toBeGreaterThanOrEqual(first?.firstSeen ?? Infinity);
    expect(others.map((issue) => issue.number)).toEqual([2, 3]);
  });

  test('or as the SDK was told to group them', async () => {
    for (const file of ['/app/a.js', '/app/b.js'])
      await sendError(project.dsn, { file, extra: { fingerprint: ['checkout'] } });
    expect(sentry.issues()).toHaveLength(1);
  });

  test('of one project', async () => {
    const other = sentry.addProject('depot');
    await sendError(project.dsn);
    await sendError(other.dsn);
    expect(sentry.issues().map((issue) => issue.project.slug)).toEqual(['shop', 'depot']);
  });
});
