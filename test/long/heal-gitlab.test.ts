import { createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { ProjectRecord } from '../fakes/gitlab/records.ts';
import { startGitLab, type GitLabStandIn } from '../fakes/gitlab/stand-in.ts';
import { until } from '../flow/world.ts';
import { spawnProcess, type Spawned } from '../process/spawn-process.ts';
import { describeWith } from '../services/describe-with.ts';
import { startPostgres, type Postgres } from '../services/start-postgres.ts';

const MISSED = 500;
/** Killed once so many are back. */
const KILLED_AT = 120;
const INTAKE = 'test/long/intake-process.ts';
const HEALED_WITHIN_MS = 9 * 60_000;

const Facts = z.object({
  unsettled: z.number(),
  requests: z.number(),
  threads: z.number(),
  runs: z.number(),
  found: z.number(),
});
const FACTS = `select
  (select count(*)::int from delivery where settled_at is null) as unsettled,
  (select count(*)::int from request) as requests,
  (select count(distinct thread_number)::int from request) as threads,
  (select count(*)::int from run) as runs,
  (select count(*)::int from delivery where guid like 'unheard-%' and outcome = 'request submitted') as found`;

// Nothing is written to GitLab here, as nothing is to GitHub in heal.test.ts: what is counted is the record.
describeWith(['postgres'], 'an outage with GitLab', () => {
  let postgres: Postgres;
  let env: Record<string, string>;
  let gitlab: GitLabStandIn;
  let repository: ProjectRecord;
  let client: pg.Client;
  let running: readonly Spawned[] = [];

  const begin = async (): Promise<void> => {
    running = [spawnProcess(INTAKE, env), spawnProcess(INTAKE, { ...env, PORT: '0' })];
    await Promise.all(running.map((one) => one.said('intake serves')));
  };
  const end = async (): Promise<void> => {
    await Promise.all(running.map((one) => one.end('SIGKILL')));
    running = [];
  };
  const facts = async () => Facts.parse((await client.query(FACTS)).rows[0]);
  const ask = (number: number) => gitlab.comment({ repository, by: 'ada', number, body: '@astraforge fix it' });

  beforeAll(async () => {
    postgres = await startPostgres({ fsync: false });
    const database = await postgres.createDatabase();
    gitlab = await startGitLab({ signed: true });
    repository = await gitlab.createRepository({ owner: 'team', name: 'durations', files: { a: 'a' }, private: true });
    gitlab.setPermission(repository, 'ada', 40);
    const port = await freePort();
    const webhookUrl = `http://127.0.0.1:${port}/webhooks/gitlab`;
    env = {
      PATH: process.env.PATH ?? '',
      DATABASE_URL: database,
      DATA_DIRECTORY: '/nonexistent',
      GITLAB_URL: gitlab.url,
      GITLAB_TOKEN: gitlab.botToken.token,
      GITLAB_PROJECTS: 'team/*',
      GITLAB_WEBHOOK_SECRET: gitlab.webhookSecret,
      GITLAB_WEBHOOK_SIGNING_TOKEN: gitlab.signingSecret ?? '',
      GITLAB_WEBHOOK_URL: webhookUrl,
      OPENAI_API_KEY: 'never-asked-for-anything',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
      HEAL_EVERY_SEC: '5',
      PORT: String(port),
    };
    await begin();
    gitlab.webhookTarget = webhookUrl;
    client = new pg.Client({ connectionString: database });
    await client.connect();
  });
  afterAll(async () => {
    await end();
    await client.end();
    gitlab.assertNoViolations();
    await gitlab.close();
    await postgres[Symbol.asyncDispose]();
  });

  it(
    '500 hooks that were missed, most of them never sent, are healed exactly once each, over workers that are killed',
    async () => {
      const { webhookTarget } = gitlab;
      gitlab.webhookTarget = undefined;
      const numbers = [];
      while (numbers.length < 1 + MISSED)
        numbers.push((await gitlab.openIssue({ repository, by: 'ada', title: 'It is late' })).issue.number);
      gitlab.webhookTarget = webhookTarget;
      const [first = 0, ...later] = numbers;
      await ask(first);
      await until('the request before the outage', async () => (await facts()).requests === 1);
      await end();
      const missed = [];
      for (const number of later) missed.push((await ask(number)).delivery);
      expect(missed.filter(({ status }) => status !== null)).toEqual([]);
      expect(missed.filter(({ response }) => response === 'hook disabled').length).toBeGreaterThan(MISSED - 10);
      const from = Date.now();
      await begin();
      await until('many of them', async () => (await facts()).requests > KILLED_AT, HEALED_WITHIN_MS);
      await end();
      expect((await facts()).requests).toBeLessThan(1 + MISSED);
      await begin();
      await until('all of them', async () => (await facts()).requests === 1 + MISSED, HEALED_WITHIN_MS);
      process.stderr.write(`500 missed hooks of GitLab healed in ${Math.round((Date.now() - from) / 1_000)} s\n`);
      await gitlab.settled();
      const all = 1 + MISSED;
      // A request is on record a moment before the delivery that asked for it is settled; one whose worker was killed in that
      // moment is settled by the next, as one that was seen before.
      await until('every delivery settled', async () => (await facts()).unsettled === 0);
      const { found, ...rest } = await facts();
      expect(rest).toEqual({ unsettled: 0, requests: all, threads: all, runs: all });
      expect(found).toBeGreaterThan(MISSED - 10);
    },
    2 * HEALED_WITHIN_MS,
  );
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
