import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRelay, type ListeningRelay } from '../app/telemetry/listening-relay.ts';
import { startSentry, type SentryStandIn } from '../fakes/sentry/stand-in.ts';
import { until } from '../flow/world.ts';
import { describeWith } from '../services/describe-with.ts';
import { startPostgres } from '../services/start-postgres.ts';
import { spawnProcess } from './spawn-process.ts';

const SECRET = 'w'.repeat(40);
const WORDS = 'please-mend-my-zebra';
const PLANTED = { PLANTED: `${WORDS} of a person`, SENTRY_ENVIRONMENT: 'staging', SENTRY_RELEASE: 'a1b2c3' };
/** Reports are sent within 2 s of the end; the rest is a busy machine. */
const END_MS_MAX = 10_000;

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

function expectNothingPlanted(): void {
  const all = relay.heard().join('\n');
  expect(all).toContain('a1b2c3');
  for (const planted of [SECRET, WORDS, process.cwd(), 'server_name', '"contexts"', '"request"'])
    expect(all).not.toContain(planted);
}

it.each(['exception', 'unhandled rejection'])(
  'an %s that nobody catches is logged, reported and ends the process',
  async (by) => {
    const env = { ...PLANTED, SENTRY_DSN: relay.dsn, FAILS_BY: by };
    const failing = spawnProcess('test/process/uncaught-process.ts', env);
    expect(await failing.ended()).toBe(1);
    expect(failing.output()).toContain(`Reading ${WORDS}`);
    expect(sentry.events().map(({ payload }) => payload)).toMatchObject([
      {
        level: 'fatal',
        exception: [
          { type: 'Error', value: '' },
          {
            ...{ type: 'AppError', value: 'the process ends by an error that nobody caught' },
            mechanism: { handled: false },
            stacktrace: { frames: [{ filename: 'app/core/domain/errors.ts' }] },
          },
        ],
      },
    ]);
    expectNothingPlanted();
  },
);

it('an exception that nobody catches ends the process also when the tracker is away', async () => {
  const env = { ...PLANTED, SENTRY_DSN: 'http://key@127.0.0.1:9/1' };
  expect(await spawnProcess('test/process/uncaught-process.ts', env).ended()).toBe(1);
});

it('the gateway serves and ends with 0 while the tracker is away', async () => {
  const gateway = spawnProcess('workers/gateway-main.ts', {
    SENTRY_DSN: 'http://key@127.0.0.1:9/1',
    OPENAI_API_KEY: 'sk-not-a-real-one',
    LLM_PROXY_SECRET: SECRET,
    GATEWAY_PORT: '0',
    GATEWAY_ADMIN_PORT: '0',
  });
  await gateway.said('gateway serves');
  const end = await gateway.end('SIGTERM');
  expect(end.code).toBe(0);
  expect(end.tookMs).toBeLessThan(END_MS_MAX);
});

describeWith(['confinement'], 'the sandbox', () => {
  it('serves and ends with 0 while the tracker is away', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'af-'));
    const sandbox = spawnProcess('sandbox/main.ts', {
      ...{ SENTRY_DSN: 'http://key@127.0.0.1:9/1', PROVISIONER: 'local' },
      ...{ SANDBOX_SOCKET: `${directory}/s.sock`, SOCKET_DIRECTORY: `${directory}/doors` },
    });
    await sandbox.said('sandbox serves');
    const end = await sandbox.end('SIGTERM');
    expect(end.code).toBe(0);
    expect(end.tookMs).toBeLessThan(END_MS_MAX);
    await rm(directory, { recursive: true, force: true });
  });
});

describeWith(['postgres'], 'the app when Postgres goes away', () => {
  it('reports what it could not record, by its delivery, and nothing of what was in it', async () => {
    await using postgres = await startPostgres({ fsync: false });
    const directory = await mkdtemp(path.join(tmpdir(), 'af-'));
    const app = spawnProcess('app/main.ts', {
      ...PLANTED,
      ...{ SENTRY_DSN: relay.dsn, WEBHOOK_SECRET: SECRET, PORT: '0', DATA_DIRECTORY: directory },
      DATABASE_URL: await postgres.createDatabase(),
    });
    const url = String((await app.said('app serves'))['url']);
    await postgres.crash();
    const body = JSON.stringify({ action: 'created', comment: { body: WORDS } });
    const guid = randomUUID();
    const response = await fetch(`${url}/webhooks/github`, {
      method: 'POST',
      body,
      headers: {
        'x-github-event': 'issue_comment',
        'x-github-delivery': guid,
        'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
        'x-words': WORDS,
      },
    });
    expect(response.status).toBe(503);
    const report = () => sentry.events().find(({ payload }) => JSON.stringify(payload.tags).includes(guid));
    const { payload } = await until('the report', report);
    expect(payload).toMatchObject({
      release: 'a1b2c3',
      environment: 'staging',
      tags: { delivery_id: guid, process: 'app' },
    });
    expect(JSON.stringify(payload)).toMatch(/a delivery was not recorded/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await postgres.resume();
    expect((await app.end('SIGTERM')).code).toBe(0);
    expectNothingPlanted();
    await rm(directory, { recursive: true, force: true });
  });
});
