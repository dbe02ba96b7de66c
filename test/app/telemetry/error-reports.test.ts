import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError, toAppError } from '#core/domain/errors.ts';
import { createRedactor } from '#core/domain/text/secrets.ts';
import { openTelemetry, type Telemetry, type TelemetryConfig } from '../../../app/compose-telemetry.ts';
import { installedVersion } from '../../../app/version.ts';
import { startSentry, type SentryStandIn } from '../../fakes/sentry/stand-in.ts';
import { openRelay, type ListeningRelay } from './listening-relay.ts';

const REQUEST = '0d9f0c0e-3a35-4e51-9a5f-4e1f4d6f7a01';
const RUN = '0d9f0c0e-3a35-4e51-9a5f-4e1f4d6f7a02';
const DELIVERY = '0d9f0c0e-3a35-4e51-9a5f-4e1f4d6f7a03';
const SECRET = 'hunter2-and-then-some';
const WORDS = 'please-mend-my-zebra';
/** Ending takes 2 s at most; the rest is a busy machine. */
const END_MS_MAX = 6_000;
const WENT_ON = { lines: 6, inTime: true };

let sentry: SentryStandIn;
let relay: ListeningRelay;

beforeEach(async () => {
  sentry = await startSentry();
  relay = await openRelay(sentry.addProject('astraforge'));
});
afterEach(async () => {
  await relay[Symbol.asyncDispose]();
  sentry.assertNoViolations();
  await sentry.close();
});

async function open(config: Partial<TelemetryConfig> = {}): Promise<Telemetry & { lines: string[] }> {
  const redactor = createRedactor();
  redactor.register(SECRET);
  const lines: string[] = [];
  const telemetry = await openTelemetry(
    { LOG_LEVEL: 'info', SENTRY_DSN: relay.dsn, SENTRY_ENVIRONMENT: 'staging', SENTRY_RELEASE: undefined, ...config },
    { name: 'workers', redactor, write: (line) => void lines.push(line) },
  );
  return { ...telemetry, lines };
}

/** As adapters do it: what a vendor threw is the cause of an error of ours. */
function failure(): AppError {
  return toAppError(new TypeError(`fetch of ${WORDS} with ${SECRET} failed`), `Reading “${WORDS}” with ${SECRET}`);
}

test('a log record of level error is an event with release, environment, ids as tags and our own frames', async () => {
  const telemetry = await open();
  telemetry.logger.error(
    { err: failure(), requestId: REQUEST, runId: RUN, data: { deliveryId: DELIVERY } },
    'it failed',
  );
  await telemetry[Symbol.asyncDispose]();
  const [event, ...more] = sentry.events();
  expect(more).toEqual([]);
  expect(event?.payload).toMatchObject({
    level: 'error',
    environment: 'staging',
    release: `astraforge@${installedVersion()}`,
    tags: { request_id: REQUEST, run_id: RUN, delivery_id: DELIVERY, error_code: 'internal', process: 'workers' },
    exception: [
      { type: 'TypeError', value: '' },
      {
        ...{ type: 'AppError', value: 'it failed' },
        stacktrace: { frames: [{ filename: 'app/core/domain/errors.ts', function: 'toAppError', in_app: true }] },
      },
    ],
  });
});

test('neither a secret nor anything that somebody wrote is in what is sent, nor is this machine', async () => {
  const telemetry = await open();
  const err = Object.assign(failure(), {
    name: `${WORDS} ${SECRET}`,
    response: { body: WORDS, headers: { key: SECRET } },
  });
  const fields = {
    requestId: WORDS,
    runId: SECRET,
    guid: `${DELIVERY}${WORDS}`,
    path: `/${WORDS}`,
    body: WORDS,
    token: SECRET,
  };
  telemetry.logger.error({ err, ...fields, data: { deliveryId: WORDS } }, 'it failed');
  telemetry.logger.error(fields, 'it failed without an error');
  telemetry.logger.error({ err: `${WORDS} ${SECRET}` }, `it failed with ${SECRET}`);
  await telemetry[Symbol.asyncDispose]();
  expect(relay.heard()).toHaveLength(3);
  const all = relay.heard().join('\n');
  expect(all).toContain('it failed without an error');
  for (const planted of [
    SECRET,
    WORDS,
    'server_name',
    'breadcrumbs',
    '"contexts"',
    '"user"',
    '"request"',
    '"modules"',
    '/work/',
    import.meta.dirname,
  ])
    expect(all).not.toContain(planted);
});

test('an event has no field but those that are allowed', async () => {
  const telemetry = await open();
  telemetry.logger.error({ err: failure() }, 'it failed');
  telemetry.logger.error({}, 'it failed again');
  await telemetry[Symbol.asyncDispose]();
  const base = ['environment', 'event_id', 'level', 'platform', 'release', 'sdk', 'tags', 'timestamp'];
  const fields = sentry.events().map(({ payload }) => Object.keys(payload).toSorted());
  expect(fields).toHaveLength(2);
  expect(fields).toEqual(expect.arrayContaining([[...base, 'exception'].toSorted(), [...base, 'message'].toSorted()]));
});

test('warnings are not reported; what LOG_LEVEL leaves out of the log is', async () => {
  const telemetry = await open({ LOG_LEVEL: 'silent', SENTRY_RELEASE: 'a1b2c3' });
  telemetry.logger.warn({ err: failure() }, 'it will be tried again');
  telemetry.logger.error({ err: failure() }, 'it failed');
  await telemetry[Symbol.asyncDispose]();
  expect(telemetry.lines).toEqual([]);
  expect(sentry.events().map(({ payload }) => payload.release)).toEqual(['a1b2c3']);
});

test('without a DSN nothing is sent, and errors that nobody catches stay with Node', async () => {
  const before = process.listenerCount('uncaughtException');
  const telemetry = await open({ SENTRY_DSN: undefined });
  expect(process.listenerCount('uncaughtException')).toBe(before);
  telemetry.logger.error({ err: failure() }, 'it failed');
  await telemetry[Symbol.asyncDispose]();
  expect(telemetry.lines).toHaveLength(1);
  expect(relay.heard()).toEqual([]);
});

test('of a storm sixty within the minute are sent, and all are in the log', async () => {
  const telemetry = await open();
  for (let count = 0; count < 200; count += 1) telemetry.logger.error({ err: failure() }, `failure ${count}`);
  await telemetry[Symbol.asyncDispose]();
  expect(telemetry.lines).toHaveLength(200);
  expect(relay.heard()).toHaveLength(60);
});

test.each([
  ['answers with 500', () => sentry.fault({ status: 500, times: 10 })],
  ['cuts the connection', () => sentry.fault({ drop: true, times: 10 })],
  ['says that it is too much', () => sentry.fault({ status: 429, times: 10, headers: { 'retry-after': '60' } })],
])('a tracker that %s takes nothing from the work, and the end is in time', async (_, disturb) => {
  const fault = disturb();
  expect(await goesOn(await open())).toEqual(WENT_ON);
  expect(fault.fired).toBeGreaterThan(0);
});

test('a tracker that takes the call and never answers takes nothing from the work, and the end is in time', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  expect(await goesOn(await open({ SENTRY_DSN: `http://key@127.0.0.1:${port}/1` }))).toEqual(WENT_ON);
  silent.close();
});

test('a tracker that is away takes nothing from the work, and the end is in time', async () => {
  expect(await goesOn(await open({ SENTRY_DSN: 'http://key@127.0.0.1:9/1' }))).toEqual(WENT_ON);
});

/** Logs failures and ends; gives how many lines the log has and whether the end was in time. */
async function goesOn(telemetry: Awaited<ReturnType<typeof open>>): Promise<{ lines: number; inTime: boolean }> {
  for (let count = 0; count < 5; count += 1) telemetry.logger.error({ err: failure() }, 'it failed');
  telemetry.logger.info({}, 'work goes on');
  const lines = telemetry.lines.length;
  const began = performance.now();
  await telemetry[Symbol.asyncDispose]();
  return { lines, inTime: performance.now() - began < END_MS_MAX };
}
