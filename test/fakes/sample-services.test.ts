import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSentry, type SentryStandIn } from './sentry/stand-in.ts';
import type { EventRecord } from './tracker/records.ts';
import { FAILING, runPythonService, sampleFiles, startService } from './tracker/sample-service.ts';
import type { OpenProject } from './tracker/stand-in.ts';
import { framesOf, reported } from './tracker/wire-event.ts';

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
