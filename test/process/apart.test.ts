import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seen } from '../flow/ask.ts';
import { environment, startHost, until } from '../flow/world.ts';
import type { GitHubStandIn } from '../fakes/github/stand-in.ts';
import type { RepositoryRecord } from '../fakes/github/records.ts';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { startScriptedModel, type ScriptedModel } from '../fakes/model/scripted-model.ts';
import { describeWith } from '../services/describe-with.ts';
import { startPostgres, type Postgres } from '../services/start-postgres.ts';
import { startRedis, type Redis } from '../services/start-redis.ts';
import { spawnProcess, type Spawned } from './spawn-process.ts';

/** What only the workers hold; the process that faces the internet works without. */
const WORKERS_ONLY = ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'APP_ID', 'PRIVATE_KEY'];

describeWith(['codex', 'confinement', 'postgres', 'redis'], 'app, workers and sandbox as three processes', () => {
  let parts: { github: GitHubStandIn; model: ScriptedModel; directory: string };
  let repository: RepositoryRecord;
  let services: [Postgres, Redis];
  let all: Record<'app' | 'workers' | 'sandbox', Spawned>;
  let url: string;

  beforeAll(async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'af-'));
    const [host, model, postgres, redis] = await Promise.all([
      startHost(),
      startScriptedModel({ scenario: fixFailingTest }),
      startPostgres({ fsync: false }),
      startRedis(),
    ]);
    services = [postgres, redis];
    repository = host.repository;
    parts = { github: host.github, model, directory };
    const rooms = {
      SANDBOX_SOCKET: `${directory}/s.sock`,
      SOCKET_DIRECTORY: `${directory}/doors`,
      PROVISIONER: 'local',
    };
    const env = environment(parts, { DATABASE_URL: await postgres.createDatabase(), REDIS_URL: redis.url });
    const appEnv = Object.fromEntries(Object.entries(env).filter(([name]) => !WORKERS_ONLY.includes(name)));
    const sandbox = spawnProcess('sandbox/main.ts', rooms);
    const app = spawnProcess('app/main.ts', appEnv);
    await sandbox.said('sandbox serves');
    const workers = spawnProcess('workers/main.ts', { ...env, ...rooms, HEALTH_PORT: '0' });
    all = { app, workers, sandbox };
    url = String((await app.said('app serves'))['url']);
    await workers.said('workers take requests');
    parts.github.webhookTarget = `${url}/webhooks/github`;
  });
  afterAll(async () => {
    await Promise.all(Object.values(all).map((one) => one.end('SIGKILL')));
    await Promise.all([parts.github.close(), parts.model[Symbol.asyncDispose]()]);
    await Promise.all(services.map((service) => service[Symbol.asyncDispose]()));
    await rm(parts.directory, { recursive: true, force: true });
  });

  it('a comment becomes a pull request, and the app had neither the model’s key nor the App’s', async () => {
    const at = { repository, by: 'ada' };
    const { issue } = await parts.github.openIssue({ ...at, title: 'Rounding' });
    await parts.github.comment({ ...at, number: issue.number, body: '@astraforge fix the failing test' });
    const done = () => parts.github.checkRuns(repository).find((check) => check.status === 'completed');
    const check = await until('a completed check run', done);
    expect(check).toMatchObject({
      conclusion: 'success',
      output: { summary: expect.stringContaining('workspace: local') },
    });
    expect(seen({ github: parts.github, repository }, issue.number, check).pulls).toHaveLength(1);
    expect(parts.github.violations).toEqual([]);
  });

  it('each says that it is ready, and ends with 0 on SIGTERM', async () => {
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const health = String((await all.workers.said('workers take requests'))['health']);
    expect(await (await fetch(`${health}/readyz`)).json()).toMatchObject({
      ready: true,
      dependencies: { postgres: 'ok', queue: 'ok', engine: 'ok' },
    });
    for (const one of [all.app, all.workers, all.sandbox]) expect(await one.end('SIGTERM')).toMatchObject({ code: 0 });
  });
});

it.each([
  ['app/main.ts', ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET', 'PORT']],
  ['workers/main.ts', ['APP_ID', 'PRIVATE_KEY', 'OPENAI_API_KEY']],
  ['deploy/embedded/main.ts', ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET', 'PORT', 'OPENAI_API_KEY']],
])('%s refuses a bad environment, naming every fault and what to set', async (root, names) => {
  const env = {
    APP_ID: 'seven',
    PRIVATE_KEY: 'garbage',
    WEBHOOK_SECRET: 'development',
    PORT: '-1',
    OPENAI_API_KEY: 'x',
  };
  const refused = spawnProcess(root, env);
  expect(await refused.ended()).toBe(1);
  for (const name of names) expect(refused.output()).toMatch(new RegExp(`^  ${name} is `, 'm'));
  expect(refused.output()).not.toMatch(/^\s+at /m);
});

it.each([
  ['unset', {}, 'WEBHOOK_SECRET is not set'],
  ['development', { WEBHOOK_SECRET: 'development' }, 'WEBHOOK_SECRET is wrong'],
  ['shorter than 32 bytes', { WEBHOOK_SECRET: 'x'.repeat(31) }, 'WEBHOOK_SECRET is wrong'],
])('the app refuses to start when the webhook secret is %s', async (_, env, fault) => {
  const refused = spawnProcess('app/main.ts', env);
  expect(await refused.ended()).toBe(1);
  expect(refused.output()).toContain(fault);
});
