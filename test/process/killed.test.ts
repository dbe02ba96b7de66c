import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { seen } from '../flow/ask.ts';
import { environment, startHost, until } from '../flow/world.ts';
import type { GitHubStandIn } from '../fakes/github/stand-in.ts';
import type { RepositoryRecord } from '../fakes/github/records.ts';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { startScriptedModel, type ScriptedModel } from '../fakes/model/scripted-model.ts';
import { describeWith } from '../services/describe-with.ts';
import { startPostgres } from '../services/start-postgres.ts';
import { startRedis } from '../services/start-redis.ts';
import { spawnProcess, type Spawned } from './spawn-process.ts';

const EMBEDDED = 'deploy/embedded/main.ts';
/** Noticing a lost worker takes about 15 s (silence, sweep, stalled lock), a restart some seconds more. */
const RECOVERY_DEADLINE_MS = 90_000;
const MODEL_LATENCY_MS = 400;
const ONE_OF_EACH = { checks: 1, comments: 1, pulls: 1 };

describeWith(['codex', 'confinement'], 'a process that dies or is stopped in the middle of a run', () => {
  let github: GitHubStandIn;
  let repository: RepositoryRecord;
  let model: ScriptedModel;
  let directory: string;
  let running: Spawned[];

  beforeEach(async () => {
    [{ github, repository }, model, directory] = await Promise.all([
      startHost(),
      startScriptedModel({ scenario: fixFailingTest }),
      mkdtemp(path.join(tmpdir(), 'astraforge-')),
    ]);
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((one) => one.end('SIGKILL')));
    await Promise.all([github.close(), model[Symbol.asyncDispose]()]);
    await rm(directory, { recursive: true, force: true });
  });

  async function launch(more: Readonly<Record<string, string>> = {}): Promise<Spawned> {
    const one = spawnProcess(EMBEDDED, environment({ github, model, directory }, { PROVISIONER: 'local', ...more }));
    running.push(one);
    github.webhookTarget = `${String((await one.said('astraforge serves'))['url'])}/webhooks/github`;
    return one;
  }

  async function askForTheFix(): Promise<number> {
    const at = { repository, by: 'ada' };
    const { issue } = await github.openIssue({ ...at, title: 'Rounding' });
    const { delivery } = await github.comment({
      ...at,
      number: issue.number,
      body: '@astraforge fix the failing test',
    });
    expect(delivery.status).toBe(202);
    return issue.number;
  }

  async function oneOfEach(issue: number): Promise<{ checks: number; comments: number; pulls: number }> {
    const done = () => github.checkRuns(repository).find((check) => check.status === 'completed');
    const check = await until('a completed check run', done, RECOVERY_DEADLINE_MS);
    const outcome = () => seen({ github, repository }, issue, check);
    await until('the comment to say the outcome', () =>
      outcome().comments.some(({ body }) => body.includes('Opened pull request')),
    );
    expect(check.conclusion).toBe('success');
    github.assertNoViolations();
    const { comments, pulls } = outcome();
    return { checks: github.checkRuns(repository).length, comments: comments.length, pulls: pulls.length };
  }

  it('kill -9 while the agent works: after a restart there is one pull request, one comment, one completed check run', async () => {
    model.setLatency(MODEL_LATENCY_MS);
    const first = await launch();
    const issue = await askForTheFix();
    await until('the agent to work', () => model.requests.length >= 3 && github.checkRuns(repository).length > 0);
    await first.end('SIGKILL');
    model.setLatency(0);
    await launch();
    expect(await oneOfEach(issue)).toEqual(ONE_OF_EACH);
  });

  it('kill -9 after the pull request was opened and before that was noted: it is found again', async () => {
    const fault = github.fault({ match: { operationId: 'pulls/create' }, when: 'after', delayMs: 60_000 });
    const first = await launch();
    const issue = await askForTheFix();
    await until('the pull request to be on its way', () => fault.fired === 1 || github.pulls(repository).length > 0);
    await until('the pull request to be committed', () => github.pulls(repository).length > 0);
    await first.end('SIGKILL');
    await launch();
    expect(await oneOfEach(issue)).toEqual(ONE_OF_EACH);
  });

  it('SIGTERM hands the run over within 30 s, and the next process finishes it', async () => {
    model.setLatency(MODEL_LATENCY_MS);
    const first = await launch();
    const issue = await askForTheFix();
    await until('the agent to work', () => model.requests.length >= 3);
    const end = await first.end('SIGTERM');
    expect(end.code).toBe(0);
    expect(end.tookMs).toBeLessThan(30_000);
    expect(first.output()).toContain('a run was handed back to the queue');
    expect(github.checkRuns(repository).map((check) => check.status)).not.toContain('completed');
    model.setLatency(0);
    await launch();
    expect(await oneOfEach(issue)).toEqual(ONE_OF_EACH);
  });

  describeWith(['postgres', 'redis'], 'on Postgres and Redis', () => {
    it('kill -9 of the worker that runs it: the other worker finishes the run', async () => {
      await using postgres = await startPostgres({ fsync: false });
      await using redis = await startRedis();
      const services = { DATABASE_URL: await postgres.createDatabase(), REDIS_URL: redis.url };
      model.setLatency(MODEL_LATENCY_MS);
      const first = await launch({ ...services, DATA_DIRECTORY: path.join(directory, 'first') });
      const issue = await askForTheFix();
      await until('the agent to work', () => model.requests.length >= 3);
      await launch({ ...services, DATA_DIRECTORY: path.join(directory, 'second') });
      await first.end('SIGKILL');
      model.setLatency(0);
      expect(await oneOfEach(issue)).toEqual(ONE_OF_EACH);
    });
  });
});
