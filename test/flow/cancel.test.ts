import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { say, shell, type Scenario } from '../fakes/model/scenario.ts';
import { describeWith } from '../services/describe-with.ts';
import { ask, checkOf, settled } from './ask.ts';
import { containers, guestDirectories, processesWith, type Rooms } from './rooms.ts';
import { openWorld, until, type World } from './world.ts';

const REACHED_MS_MAX = 2_000;
const GONE_MS_MAX = 10_000;
/** A time nobody else sleeps for, so that the process is found among all on the machine. */
const SLEEP = `sleep ${86_400 + process.pid}`;

const sleeps: Scenario = {
  name: 'sleeps',
  steps: [
    { items: [shell('echo half > half.txt; echo written')] },
    { items: [say('Now I wait.'), shell(`exec ${SLEEP}`)] },
    { waitMs: 300_000 },
  ],
};

function cancelFlow(provisioner: 'local' | 'docker', roomsOf: (instance: string, directory: string) => Rooms): void {
  let world: World;
  let rooms: Rooms;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'af-'));
    const instance = path.basename(directory);
    rooms = roomsOf(instance, directory);
    const env = { PROVISIONER: provisioner, SANDBOX_DIRECTORY: directory, SANDBOX_INSTANCE: instance };
    world = await openWorld({ scenario: sleeps, env: { ...env, WORKER_CONCURRENCY: '1' } });
  });
  afterAll(async () => {
    world.github.assertNoViolations();
    await world[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  const roomsOfRun = async (runId: string) => (await rooms.all()).filter((line) => line.includes(runId));
  const close = (number: number) => world.github.closeIssue({ repository: world.repository, by: 'ada', number });
  const runIdOf = async (issue: number): Promise<string> => {
    const { externalId } = await checkOf(world, issue);
    return (await world.astraforge.shared.store.runs.readRequest(externalId))?.run.id ?? '';
  };

  it('reaches the process inside within 2 s, and the workspace is gone within 10 s', { timeout: 120_000 }, async () => {
    const { issue } = await ask(world, '@astraforge take your time');
    await until('the agent to sleep', async () => (await processesWith(SLEEP)).length > 0);
    const runId = await runIdOf(issue);
    expect(await roomsOfRun(runId)).toHaveLength(1);

    const closedAt = Date.now();
    await close(issue);
    await until('the process to end', async () => (await processesWith(SLEEP)).length === 0, GONE_MS_MAX);
    const reachedMs = Date.now() - closedAt;
    await until('the workspace to go', async () => (await roomsOfRun(runId)).length === 0, GONE_MS_MAX);
    const goneMs = Date.now() - closedAt;
    process.stdout.write(`cancel, ${provisioner}: process ended after ${reachedMs} ms, room gone after ${goneMs} ms\n`);
    expect(reachedMs).toBeLessThan(REACHED_MS_MAX);
    expect(goneMs).toBeLessThan(GONE_MS_MAX);

    const { check, comments, requestId } = await settled(world, issue);
    expect(check.conclusion).toBe('cancelled');
    expect(comments).toHaveLength(1);
    const branch = `astraforge/${requestId}-wip`;
    expect(comments[0]?.body).toContain(`Work in progress was kept in branch \`${branch}\`.`);
    expect((await world.github.branches(world.repository)).has(branch)).toBe(true);
  });

  it(
    'a run that waits for a free worker is cancelled at once, while the worker goes on',
    { timeout: 120_000 },
    async () => {
      const first = await ask(world, '@astraforge take your time');
      await until('the agent to sleep', async () => (await processesWith(SLEEP)).length > 0);
      const second = await ask(world, '@astraforge take your time too');
      const waiting = await checkOf(world, second.issue);
      expect(waiting.status).toBe('queued');
      const closedAt = Date.now();
      await close(second.issue);
      await until('the check to end', () => waiting.status === 'completed', GONE_MS_MAX);
      expect(Date.now() - closedAt).toBeLessThan(REACHED_MS_MAX);
      expect(waiting.conclusion).toBe('cancelled');
      expect(await processesWith(SLEEP)).not.toEqual([]);
      const runId = await runIdOf(second.issue);
      expect(await roomsOfRun(runId)).toEqual([]);
      await close(first.issue);
      expect((await settled(world, first.issue)).check.conclusion).toBe('cancelled');
      expect((await world.astraforge.shared.store.runs.readRun(runId))?.run).toMatchObject({
        status: 'cancelled',
        startedAt: null,
      });
    },
  );
}

describeWith(['codex', 'confinement'], 'closing an issue: local workspaces', () => {
  cancelFlow('local', (_, directory) => guestDirectories(directory));
});

describeWith(['codex', 'docker'], 'closing an issue: docker workspaces', () => {
  cancelFlow('docker', (instance) => containers(instance));
});
