import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { GitHubStandIn } from '../fakes/github/stand-in.ts';
import type { RepositoryRecord } from '../fakes/github/records.ts';
import { describeWith } from '../services/describe-with.ts';
import { startPostgres, type Postgres } from '../services/start-postgres.ts';
import { environment, startHost, until } from '../flow/world.ts';
import { spawnProcess, type Spawned } from '../process/spawn-process.ts';

const MISSED = 500;
/** Some that GitHub's own button asks for again while we heal. */
const PRESSED = 50;
const INTAKE = 'test/long/intake-process.ts';
const HEALED_WITHIN_MS = 9 * 60_000;

const Facts = z.object({
  settled: z.number(),
  requests: z.number(),
  threads: z.number(),
  runs: z.number(),
  missed: z.number(),
});
const FACTS = `select
  (select count(*)::int from delivery where outcome = 'request submitted') as settled,
  (select count(*)::int from request) as requests,
  (select count(distinct thread_number)::int from request) as threads,
  (select count(*)::int from run) as runs,
  (select count(*)::int from missed_delivery) as missed`;

// Nothing is written to GitHub here: at 500 writes an hour 500 answers would take as long. What is counted is the record.
describeWith(['postgres'], 'an outage', () => {
  let postgres: Postgres;
  let env: Record<string, string>;
  let github: GitHubStandIn;
  let repository: RepositoryRecord;
  let client: pg.Client;
  let running: readonly Spawned[] = [];

  const begin = async (): Promise<void> => {
    running = [spawnProcess(INTAKE, env), spawnProcess(INTAKE, env)];
    const [url] = await Promise.all(running.map(async (one) => (await one.said('intake serves'))['url']));
    github.webhookTarget = `${String(url)}/webhooks/github`;
  };
  const end = async (): Promise<void> => {
    await Promise.all(running.map((one) => one.end('SIGKILL')));
    running = [];
  };
  const facts = async () => Facts.parse((await client.query(FACTS)).rows[0]);
  const issues = async (count: number): Promise<number[]> => {
    const { webhookTarget } = github;
    github.webhookTarget = undefined;
    const opened: number[] = [];
    while (opened.length < count) {
      const { issue } = await github.openIssue({ repository, by: 'ada', title: 'It is late' });
      opened.push(issue.number);
    }
    github.webhookTarget = webhookTarget;
    return opened;
  };
  const ask = (number: number) => github.comment({ repository, by: 'ada', number, body: '@astraforge fix it' });

  beforeAll(async () => {
    postgres = await startPostgres({ fsync: false });
    const database = await postgres.createDatabase();
    ({ github, repository } = await startHost());
    const model = { apiKey: 'never-asked-for-anything', baseUrl: 'http://127.0.0.1:9/v1' };
    env = environment({ github, model, directory: '/nonexistent' }, { DATABASE_URL: database });
    await begin();
    client = new pg.Client({ connectionString: database });
    await client.connect();
  });
  afterAll(async () => {
    await end();
    await client.end();
    github.assertNoViolations();
    await github.close();
    await postgres[Symbol.asyncDispose]();
  });

  it(
    '500 deliveries that were missed while nobody was there are healed exactly once each',
    async () => {
      const [first = 0, ...later] = await issues(1 + MISSED);
      await ask(first);
      await until('the request before the outage', async () => (await facts()).requests === 1);
      await end();
      const missed = [];
      for (const number of later) missed.push((await ask(number)).delivery);
      expect(missed.filter(({ status }) => status !== null)).toEqual([]);
      await begin();
      await until('the first ones to be asked for', async () => (await facts()).requests > 1, HEALED_WITHIN_MS);
      await Promise.all(missed.slice(-PRESSED).map(({ guid }) => github.redeliver(guid)));
      await until('all of them', async () => (await facts()).settled === 1 + MISSED, HEALED_WITHIN_MS);
      await github.settled();
      const all = 1 + MISSED;
      expect(await facts()).toEqual({ settled: all, requests: all, threads: all, runs: all, missed: MISSED });
      const asked = github.ledger.filter(({ kind }) => kind === 'delivery.attempt').map(({ resultId }) => resultId);
      expect(new Set(asked).size).toBe(asked.length);
      expect(asked.length).toBeLessThanOrEqual(MISSED);
      const lists = github.requests.filter(({ operationId }) => operationId === 'apps/list-webhook-deliveries');
      expect(lists.length).toBeLessThan(100);
    },
    2 * HEALED_WITHIN_MS,
  );
});
