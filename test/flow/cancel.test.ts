import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { savedBranchesOf } from '#core/domain/run/saved-work.ts';
import { say, shell, type Scenario } from '../fakes/model/scenario.ts';
import { describeWith } from '../services/describe-with.ts';
import { GITHUB, onBothHosts, play, type HostChoice } from './hosts/on-both-hosts.ts';
import type { Place } from './hosts/said.ts';
import { containers, guestDirectories, processesWith, type Rooms } from './rooms.ts';
import { until } from './world.ts';

const REACHED_MS_MAX = 2_000;
const GONE_MS_MAX = 10_000;
const LONG = { timeout: 600_000 };

/** A time nobody else sleeps for, so that the process is found among all on the machine. */
let seconds = 86_400 + process.pid;
const sleepOfItsOwn = (): string => `sleep ${(seconds += 1)}`;

const sleeps = (sleep: string): Scenario => ({
  name: 'sleeps',
  steps: [
    { items: [shell('echo half > half.txt; echo written')] },
    { items: [say('Now I wait.'), shell(`exec ${sleep}`)] },
    { waitMs: 300_000 },
  ],
});

function cancelFlow(
  host: HostChoice,
  provisioner: 'local' | 'docker',
  roomsOf: (instance: string, directory: string) => Rooms,
): void {
  const sleep = sleepOfItsOwn();
  let rooms: Rooms;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'af-'));
    rooms = roomsOf(path.basename(directory), directory);
  });
  const scene = play(host, () => {
    const places = { SANDBOX_DIRECTORY: directory, SANDBOX_INSTANCE: path.basename(directory) };
    return { scenario: sleeps(sleep), env: { PROVISIONER: provisioner, ...places, WORKER_CONCURRENCY: '1' } };
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const roomsOfRun = async (runId: string) => (await rooms.all()).filter((line) => line.includes(runId));
  const isAsleep = async () => (await processesWith(sleep)).length > 0;
  const runOf = async (place: Place) => (await scene().standing(place))?.run;

  it('reaches the process inside within 2 s, and the workspace is gone within 10 s', LONG, async () => {
    const { place } = await scene().ask('@astraforge take your time');
    await until('the agent to sleep', isAsleep);
    const runId = (await runOf(place))?.id ?? '';
    expect(await roomsOfRun(runId)).toHaveLength(1);

    const closedAt = Date.now();
    await scene().close(place);
    await until('the process to end', async () => !(await isAsleep()), GONE_MS_MAX);
    const reachedMs = Date.now() - closedAt;
    await until('the workspace to go', async () => (await roomsOfRun(runId)).length === 0, GONE_MS_MAX);
    const goneMs = Date.now() - closedAt;
    process.stdout.write(
      `cancel, ${host.name}, ${provisioner}: process ended after ${reachedMs} ms, room gone after ${goneMs} ms\n`,
    );
    expect(reachedMs).toBeLessThan(REACHED_MS_MAX);
    expect(goneMs).toBeLessThan(GONE_MS_MAX);

    const { request } = await scene().over(place);
    await scene().checked(place, 'cancelled');
    const [branch = ''] = savedBranchesOf(request.id, '');
    expect(
      scene()
        .ours(place)
        .map(({ body }) => body),
    ).toEqual([expect.stringContaining(`Work in progress was kept in branch \`${branch}\`.`)]);
    expect((await scene().branches()).has(branch)).toBe(true);
  });

  it('a run that waits for a free worker is cancelled at once, while the worker goes on', LONG, async () => {
    const first = await scene().ask('@astraforge take your time');
    await until('the agent to sleep', isAsleep);
    const second = await scene().ask('@astraforge take your time too');
    await scene().answered(second.place, 'Waiting for a worker');
    const closedAt = Date.now();
    await scene().close(second.place);
    await until('it to end', async () => (await runOf(second.place))?.status === 'cancelled', GONE_MS_MAX);
    expect(Date.now() - closedAt).toBeLessThan(REACHED_MS_MAX);
    await scene().answered(second.place, '**Cancelled**');
    expect(await isAsleep()).toBe(true);
    const run = await runOf(second.place);
    expect(run?.startedAt).toBeNull();
    expect(await roomsOfRun(run?.id ?? '')).toEqual([]);
    await scene().close(first.place);
    expect((await scene().over(first.place)).run.status).toBe('cancelled');
  });
}

onBothHosts('closing an issue, local workspaces', (host) => {
  cancelFlow(host, 'local', (_, directory) => guestDirectories(directory));
});

describeWith(['codex', 'docker'], 'closing an issue, docker workspaces: GitHub', () => {
  cancelFlow(GITHUB, 'docker', (instance) => containers(instance));
});
