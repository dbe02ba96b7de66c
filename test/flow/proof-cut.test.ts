import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { savedBranchesOf } from '#core/domain/run/saved-work.ts';
import { describeWith } from '../services/describe-with.ts';
import { GITHUB, play } from './hosts/on-both-hosts.ts';
import { DOUBLING, PROOF_SCENARIOS, SUITE } from './proof-scenarios.ts';
import { containers, guestDirectories, processesWith, type Rooms } from './rooms.ts';
import { until } from './world.ts';

const REACHED_MS_MAX = 2_000;
const GONE_MS_MAX = 10_000;
const LONG = { timeout: 300_000 };

/** A time nobody else sleeps for, so that the process is found among all on the machine. */
const SECONDS = 172_800 + process.pid;

function proofFlow(provisioner: 'local' | 'docker', roomsOf: (instance: string, directory: string) => Rooms): void {
  const sleep = `sleep ${SECONDS + (provisioner === 'local' ? 0 : 1)}`;
  let rooms: Rooms;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'af-'));
    rooms = roomsOf(path.basename(directory), directory);
  });
  const scene = play(GITHUB, () => {
    const places = { SANDBOX_DIRECTORY: directory, SANDBOX_INSTANCE: path.basename(directory) };
    return { scenario: PROOF_SCENARIOS, files: DOUBLING, env: { PROVISIONER: provisioner, ...places } };
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  const ask = async (config: string) => {
    await scene().configure(config);
    await scene().quiet();
    return scene().ask('@astraforge mend it with a test');
  };

  it('proves a change in workspaces that are gone afterwards', LONG, async () => {
    const { place } = await ask(`proof: {mode: require, suite: ${SUITE}, changed: "node --test {files}"}\n`);
    const { run } = await scene().over(place);
    expect(run.proof).toMatchObject({ verdict: 'proven', rows: [{ asExpected: true }, { asExpected: true }] });
    expect(run.provisioner).toBe(provisioner);
    await until('the workspaces to go', async () => (await rooms.all()).every((line) => !line.includes(run.id)));
  });

  it('a proof that is cancelled ends within 2 s, and the change is kept', LONG, async () => {
    const { place } = await ask(`proof: {mode: require, suite: 'exec ${sleep}'}\n`);
    const isAsleep = async () => (await processesWith(sleep)).length > 0;
    await until('the proof to run', isAsleep);
    const runId = (await scene().standing(place))?.run.id ?? '';
    const ofRun = async () => (await rooms.all()).filter((line) => line.includes(runId));
    expect(await ofRun()).toHaveLength(1);
    const closedAt = Date.now();
    await scene().close(place);
    await until('the process to end', async () => !(await isAsleep()), GONE_MS_MAX);
    expect(Date.now() - closedAt).toBeLessThan(REACHED_MS_MAX);
    await until('the workspace to go', async () => (await ofRun()).length === 0, GONE_MS_MAX);
    const { request, run } = await scene().over(place);
    expect(run).toMatchObject({ status: 'cancelled', proof: null });
    const [branch = ''] = savedBranchesOf(request.id, '');
    expect((await scene().branches()).has(branch)).toBe(true);
    expect(scene().changesFor(place)).toEqual([]);
  });
}

describe('a proof in local workspaces', () => {
  describeWith(['codex', 'confinement'], 'on GitHub', () => {
    proofFlow('local', (_, directory) => guestDirectories(directory));
  });
});

describe('a proof in docker workspaces', () => {
  describeWith(['codex', 'docker'], 'on GitHub', () => {
    proofFlow('docker', (instance) => containers(instance));
  });
});
