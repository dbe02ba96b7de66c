import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSentry, type SentryStandIn } from './sentry/stand-in.ts';
import { FAILING, runPythonService, sampleFiles, startService } from './tracker/sample-service.ts';
import { errorEvent, sendError } from './tracker/send-error.ts';
import type { OpenProject } from './tracker/stand-in.ts';
import { framesOf, reported } from './tracker/wire-event.ts';
import type { EventRecord } from './tracker/records.ts';

const START_MS = 90_000;

let sentry: SentryStandIn;
let project: OpenProject;
beforeEach(async () => {
  sentry = await startSentry();
  project = sentry.addProject('shop');
});
afterEach(() => sentry.close());

async function onlyEvent(): Promise<EventRecord> {
  await expect.poll(() => sentry.events().length, { timeout: START_MS }).toBe(1);
  const [event] = sentry.events();
  if (!event) throw new Error('no event');
  return event;
}

/** The line of a file that has a text, counted from 1. */
function lineOf(text: string | undefined, part: string): number {
  return (text ?? '').split('\n').findIndex((line) => line.includes(part)) + 1;
}

describe('an error of a service becomes an event', () => {
  test(
    'of TypeScript, through the real SDK, with the frame of the bug at its line of the source',
    { timeout: START_MS },
    async () => {
      const files = await sampleFiles('typescript');
      const deployment = { sample: 'typescript', dsn: project.dsn, release: 'abc123', user: '41' } as const;
      await using service = await startService({ ...deployment, environment: 'staging', tags: { team: 'mail' } });
      expect((await service.get('/quote?country=DE&grams=1200')).text).toBe('499\n');
      expect((await service.get(FAILING.typescript)).status).toBe(500);
      const { payload, tags, issue, release } = await onlyEvent();
      const frame = framesOf(payload).at(-1);
      expect(frame).toMatchObject({
        filename: `${service.root}src/quote.ts`,
        function: 'quote',
        lineno: lineOf(files['src/quote.ts'], 'zone.base +'),
        in_app: true,
        context_line: '  return zone.base + kilograms * zone.perKilogram;',
      });
      expect(frame?.pre_context?.at(-1)).toContain('Math.ceil');
      expect(reported(payload)).toMatchObject({ type: 'TypeError', mechanism: { handled: false } });
      expect(payload).toMatchObject({ platform: 'node', server_name: 'web-1', environment: 'staging' });
      expect(payload.sdk?.name).toBe('sentry.javascript.node');
      expect(payload.request).toMatchObject({ method: 'GET', query_string: 'country=JP&grams=500' });
      expect(payload.breadcrumbs?.map((one) => one.message)).toContain('asked for /quote');
      expect(Object.fromEntries(tags)).toMatchObject({ team: 'mail', handled: 'no', release: 'abc123', user: 'id:41' });
      expect(release?.version).toBe('abc123');
      expect(issue).toMatchObject({ status: 'unresolved', substatus: 'new', culprit: 'GET /quote' });
      sentry.assertNoViolations();
    },
  );

  test(
    'of JavaScript, through the real SDK, which sends no two of the same in a row',
    { timeout: START_MS },
    async () => {
      const files = await sampleFiles('javascript');
      await using service = await startService({ sample: 'javascript', dsn: project.dsn, release: '1.4.2' });
      await service.get(FAILING.javascript);
      const event = await onlyEvent();
      expect(framesOf(event.payload).at(-1)).toMatchObject({
        filename: `${service.root}src/letter.js`,
        function: 'addressLines',
        lineno: lineOf(files['src/letter.js'], 'customer.address;'),
        in_app: true,
      });
      await service.get(FAILING.javascript);
      await service.get('/letter?customer=nobody');
      await service.get(FAILING.javascript);
      const kinds = (): unknown[] => sentry.events().map(({ payload }) => reported(payload)?.type);
      await expect.poll(kinds, { timeout: START_MS }).toEqual(['TypeError', 'RangeError', 'TypeError']);
      expect(sentry.issues()).toHaveLength(2);
      sentry.assertNoViolations();
    },
  );

  test('of JavaScript, and none when the bug is fixed', { timeout: START_MS }, async () => {
    const files = await sampleFiles('javascript');
    const letter = files['src/letter.js']?.replace(
      'const { street, city } = customer.address;',
      "const { street = '', city = '' } = customer.address ?? {};",
    );
    const fixed = { ...files, 'src/letter.js': letter ?? '' };
    await using service = await startService({ sample: 'javascript', dsn: project.dsn, release: '2', files: fixed });
    expect(await service.get(FAILING.javascript)).toMatchObject({ status: 200 });
    expect(service.output()).not.toContain('TypeError');
  });

  test('of Python, built from its traceback, with paths of the repository', { timeout: START_MS }, async () => {
    const files = await sampleFiles('python');
    const run = await runPythonService({ sample: 'python', dsn: project.dsn, release: 'abc' }, FAILING.python);
    expect(run).toMatchObject({ exitCode: 1, output: expect.stringContaining('ZeroDivisionError') });
    const { payload, issue } = await onlyEvent();
    expect(framesOf(payload).at(-1)).toMatchObject({
      filename: 'stock/levels.py',
      abs_path: `${run.root}stock/levels.py`,
      function: 'days_left',
      lineno: lineOf(files['stock/levels.py'], 'return int('),
      in_app: true,
      context_line: '    return int(article.pieces / sold_per_day(article))',
    });
    expect(framesOf(payload).map((frame) => frame.filename)).toEqual(['main.py', 'main.py', 'stock/levels.py']);
    expect(issue.title).toBe('ZeroDivisionError: float division by zero');
    const good = await runPythonService({ sample: 'python', dsn: project.dsn, release: 'abc' }, 'pens');
    expect(good).toMatchObject({ exitCode: 0, output: '100 days\n' });
    sentry.assertNoViolations();
  });
});

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
