import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Guest, Provisioner } from '#core/ports/provisioner.ts';
import { OWN_IMAGE, SandboxOptions } from '../../sandbox/limits.ts';
import { chooseProvisioner, type ChosenProvisioner } from '../../sandbox/plugins.ts';
import { engineAnswers } from '../services/engine-answers.ts';
import type { BenchContext, BenchResult, Figure } from './figure.ts';
import { median, spreadOf } from './statistics.ts';

const run = promisify(execFile);
const FULL = { starts: 15, execs: 60 };
const QUICK = { starts: 3, execs: 5 };
/** The pool fills itself again behind the back of whoever took from it. */
const REFILL_MS = 2_500;
const EXEC_TIMEOUT_MS = 30_000;
const COLD_RATIO_MAX = 1.3;
const WARM_RATIO_MAX = 0.15;
const EXEC_RATIO_MAX = 0.1;
const WARM_MS_MAX = 50;

type Milliseconds = number;

/** Measures how soon a workspace is ready and how soon a command in it answers, against the engine's own client. */
export async function benchWorkspaces({ quick, say }: BenchContext): Promise<BenchResult> {
  const title = 'Workspaces: ready, and answering';
  const { starts, execs } = quick ? QUICK : FULL;
  const method = [
    `Cold is from asking the provisioner to a guest whose daemon answers, verified from inside, without a pool; the floor is \`docker run --detach --network none\` of the same image by the command line, until that returns. Warm is the same with a pool of one, asked again once it has filled up. They take turns, ${starts} rounds.`,
    `An exec runs \`true\`, ${execs} times in one guest; the floors are \`docker exec\` by the command line in the same container and a plain spawn on the host.`,
  ];
  const engine = await engineAnswers();
  if (!engine.found) return { title, method, figures: [], tables: [], leftOut: [engine.reason] };
  await using doors = await openDoors();
  await using cold = await openProvisioner(0, doors.root);
  await using warm = await openProvisioner(1, doors.root);
  say('starting workspaces');
  const times = await measureStarts({ cold: cold.provisioner, warm: warm.provisioner, doors }, starts);
  say('running commands');
  const guest = await cold.provisioner.create(specFor(doors));
  try {
    const answers = await measureExecs(guest, execs);
    return { title, method, figures: [...startFigures(times), ...execFigures(answers)], tables: [], leftOut: [] };
  } finally {
    await guest.destroy();
  }
}

interface Doors extends AsyncDisposable {
  readonly root: string;
  readonly directory: string;
}

/** What a run's doors look like from outside; nothing is asked of them here. */
async function openDoors(): Promise<Doors> {
  const root = await mkdtemp(path.join(tmpdir(), 'af-bench-rooms-'));
  const directory = await mkdtemp(path.join(root, 'run-'));
  const servers = ['llm.sock', 'egress.sock'].map((name) => createServer().listen(path.join(directory, name)));
  return {
    root,
    directory,
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) server.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function openProvisioner(poolSize: number, socketRoot: string): Promise<ChosenProvisioner> {
  const options = SandboxOptions.parse({
    PROVISIONER: 'docker',
    SANDBOX_POOL_SIZE: String(poolSize),
    SANDBOX_INSTANCE: `bench-${randomUUID().slice(0, 8)}`,
  });
  return chooseProvisioner(options, { onProgress: () => undefined, socketRoot });
}

function specFor({ directory }: Doors) {
  return { labels: { runId: randomUUID(), epoch: 1 }, doors: { kind: 'sockets', directory } } as const;
}

async function timed<Value>(work: () => Promise<Value>): Promise<{ value: Value; ms: Milliseconds }> {
  const from = performance.now();
  const value = await work();
  return { value, ms: performance.now() - from };
}

interface StartTimes {
  readonly floor: Milliseconds[];
  readonly cold: Milliseconds[];
  readonly warm: Milliseconds[];
}

async function measureStarts(
  of: { cold: Provisioner; warm: Provisioner; doors: Doors },
  rounds: number,
): Promise<StartTimes> {
  const times: StartTimes = { floor: [], cold: [], warm: [] };
  for (let round = 0; round <= rounds; round += 1) {
    const floor = await timed(() => run('docker', ['run', '--detach', '--network', 'none', OWN_IMAGE]));
    await run('docker', ['rm', '--force', floor.value.stdout.trim()]);
    const cold = await timed(() => of.cold.create(specFor(of.doors)));
    await cold.value.destroy();
    const warm = await timed(() => of.warm.create(specFor(of.doors)));
    await warm.value.destroy();
    await sleep(REFILL_MS);
    if (round === 0) continue;
    times.floor.push(floor.ms);
    times.cold.push(cold.ms);
    times.warm.push(warm.ms);
  }
  return times;
}

function startFigures({ floor, cold, warm }: StartTimes): Figure[] {
  const ratio = (of: Milliseconds[], to: Milliseconds[]): number =>
    median(of.map((ms, at) => ms / (to[at] ?? Number.NaN)));
  const coldRatio = ratio(cold, floor);
  const warmRatio = ratio(warm, cold);
  return [
    {
      name: 'Workspace ready, cold (floor: docker run)',
      unit: 'ms',
      measured: spreadOf(cold),
      floor: spreadOf(floor),
      relation: { kind: 'ratio', value: coldRatio },
      target: { text: `≤ ${COLD_RATIO_MAX} × floor`, met: coldRatio <= COLD_RATIO_MAX },
    },
    {
      name: 'Workspace ready, from the pool (floor: cold)',
      unit: 'ms',
      measured: spreadOf(warm),
      floor: spreadOf(cold),
      relation: { kind: 'ratio', value: warmRatio },
      target: {
        text: `≤ ${WARM_RATIO_MAX} × floor and ≤ ${WARM_MS_MAX} ms`,
        met: warmRatio <= WARM_RATIO_MAX && median(warm) <= WARM_MS_MAX,
      },
    },
  ];
}

interface ExecTimes {
  readonly ours: Milliseconds[];
  readonly docker: Milliseconds[];
  readonly plain: Milliseconds[];
}

async function measureExecs(guest: Guest, count: number): Promise<ExecTimes> {
  const times: ExecTimes = { ours: [], docker: [], plain: [] };
  const command = { argv: ['true'], timeoutMs: EXEC_TIMEOUT_MS, outputBytesMax: 1_024 };
  for (let at = 0; at < count; at += 1) {
    times.ours.push((await timed(() => guest.exec(command))).ms);
    times.docker.push((await timed(() => run('docker', ['exec', guest.id, 'true']))).ms);
    times.plain.push((await timed(() => run('true', []))).ms);
  }
  return times;
}

function execFigures({ ours, docker, plain }: ExecTimes): Figure[] {
  const against = (floor: Milliseconds[]): number => median(ours) / median(floor);
  const ratio = against(docker);
  const base = { unit: 'ms', measured: spreadOf(ours) };
  return [
    {
      ...base,
      name: 'Command answered (floor: docker exec)',
      floor: spreadOf(docker),
      relation: { kind: 'ratio', value: ratio },
      target: { text: `≤ ${EXEC_RATIO_MAX} × floor`, met: ratio <= EXEC_RATIO_MAX },
    },
    {
      ...base,
      name: 'Command answered (floor: plain spawn on the host)',
      floor: spreadOf(plain),
      relation: { kind: 'ratio', value: against(plain) },
    },
  ];
}
