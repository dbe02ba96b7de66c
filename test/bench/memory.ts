import { setTimeout as sleep } from 'node:timers/promises';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { noChange } from '../fakes/model/scenarios.ts';
import { DEPLOYMENT_NAMES, type Deployment, type DeploymentKind } from './deployments.ts';
import { shown, type BenchContext, type BenchResult, type Figure, type Table } from './figure.ts';
import type { MeasuredProcess } from './measured-process.ts';
import { awaitAnswer, openScene, reasonAgainst, type ProvisionerName, type Scene } from './scene.ts';
import { slopeOf, spreadOf } from './statistics.ts';

const MEGABYTE = 1_000_000;
interface Size {
  readonly kinds: readonly DeploymentKind[];
  readonly runs: number;
  /** Runs from one sample to the next. */
  readonly every: number;
}

const FULL: Size = { kinds: ['services', 'embedded'], runs: 200, every: 20 };
const QUICK: Size = { kinds: ['services'], runs: 6, every: 2 };
const AT_ONCE = 2;
/** What is less than this is noise of the allocator: samples of an idle process differ by as much. */
const RESIDENT_GROWTH_MB_MAX = 5;
/** Live objects vary less; this much goes to code that V8 compiles later. */
const LIVE_GROWTH_MB_MAX = 1;
/** Timers and closing connections of the last run come to rest. */
const SETTLE_MS = 1_500;
/** V8 gives freed pages back some time after a collection, and not all at once. */
const COLLECTIONS = 3;
const RELEASE_MS = 500;
const BATCH_DEADLINE_MS = 120_000;

const FIX = '@astraforge fix the failing test';
const LOOK = '@astraforge is there anything to change?';
const SCENARIOS = [{ ...noChange, when: /anything to change/ }, fixFailingTest];

/** Megabytes of one process at one moment. */
interface Sample {
  readonly runs: number;
  readonly residentMb: number;
  /** Live objects: what is left of the heap once garbage has been collected. */
  readonly liveMb: number;
}

type Samples = ReadonlyMap<string, readonly Sample[]>;

/** Measures what the processes hold while idle and after many runs. */
export async function benchMemory({ quick, say }: BenchContext): Promise<BenchResult> {
  const size = quick ? QUICK : FULL;
  const figures: Figure[] = [];
  const tables: Table[] = [];
  const leftOut: string[] = [];
  for (const kind of size.kinds) {
    const name = DEPLOYMENT_NAMES[kind];
    const provisioner = await provisionerFor(kind);
    if ('reason' in provisioner) {
      leftOut.push(`${name}: ${provisioner.reason}`);
      continue;
    }
    say(`${name} (${provisioner.name}): starting`);
    const samples = await measure({ kind, provisioner: provisioner.name }, size, (line) => say(`${name}: ${line}`));
    for (const [process, taken] of samples) figures.push(...figuresOf(`${process} (${name})`, taken));
    tables.push(tableOf(`${name}; guests by ${provisioner.name}`, samples));
  }
  return { title: 'Memory: idle, and after many runs', method: method(size), figures, tables, leftOut };
}

async function provisionerFor(kind: DeploymentKind): Promise<{ name: ProvisionerName } | { reason: string }> {
  if ((await reasonAgainst({ kind, provisioner: 'docker' })) === undefined) return { name: 'docker' };
  const reason = await reasonAgainst({ kind, provisioner: 'local' });
  return reason === undefined ? { name: 'local' } : { reason };
}

async function measure(
  place: { kind: DeploymentKind; provisioner: ProvisionerName },
  size: Size,
  say: (line: string) => void,
): Promise<Samples> {
  await using scene = await openScene({ ...place, scenarios: SCENARIOS });
  const { fullName } = await scene.addRepository('durations');
  const samples = new Map<string, Sample[]>(Object.keys(scene.deployment.processes).map((name) => [name, []]));
  for (let runs = 0; runs <= size.runs; runs += size.every) {
    if (runs > 0) await playRuns(scene, fullName, { from: runs - size.every, to: runs });
    await sleep(SETTLE_MS);
    for (const [name, sample] of await sampleAll(scene.deployment, runs)) samples.get(name)?.push(sample);
    const now = [...samples].map(([name, taken]) => `${name} ${shown(taken.at(-1)?.residentMb ?? 0)} MB`);
    say(`${runs} of ${size.runs} runs: ${now.join(', ')}`);
  }
  scene.assertClean();
  const opened = scene.github.pulls(fullName).length;
  if (opened !== size.runs / 2) throw new Error(`${size.runs / 2} pull requests were expected, there are ${opened}`);
  return samples;
}

/** Every second request leads to a pull request, the others to an answer; two are always under way. */
async function playRuns({ github }: Scene, repository: string, span: { from: number; to: number }): Promise<void> {
  for (let run = span.from; run < span.to; run += AT_ONCE) {
    for (const body of [FIX, LOOK]) {
      const { issue } = await github.openIssue({ repository, by: 'ada', title: `Request after ${run}` });
      await github.comment({ repository, by: 'ada', number: issue.number, body });
    }
    await awaitAnswer(`the end of run ${run + AT_ONCE}`, BATCH_DEADLINE_MS, () => {
      const ended = github.checkRuns(repository).filter(({ status }) => status === 'completed').length;
      return ended >= run + AT_ONCE ? ended : undefined;
    });
  }
}

async function sampleAll({ processes }: Deployment, runs: number): Promise<(readonly [string, Sample])[]> {
  const samples = Object.entries(processes).map(
    async ([name, process]) => [name, await sampleOf(process, runs)] as const,
  );
  return Promise.all(samples);
}

/** The heap is read right after a collection, and the least counts: what idle timers and polls allocate is no holding. */
async function sampleOf(process: MeasuredProcess, runs: number): Promise<Sample> {
  const heaps: number[] = [];
  for (let round = 0; round < COLLECTIONS; round += 1) {
    heaps.push((await process.usage({ collectGarbage: true })).heapBytes);
    await sleep(RELEASE_MS);
  }
  const { rssBytes } = await process.usage();
  return { runs, residentMb: rssBytes / MEGABYTE, liveMb: Math.min(...heaps) / MEGABYTE };
}

/** Megabytes per 100 runs, over the second half: in the first V8 still compiles what turns out to be used often. */
function growthOf(taken: readonly Sample[], pick: (sample: Sample) => number): number {
  const from = (taken.at(-1)?.runs ?? 0) / 2;
  const judged = taken.filter(({ runs }) => runs >= from);
  return slopeOf(judged.map((sample) => ({ x: sample.runs, y: pick(sample) }))) * 100;
}

function figuresOf(name: string, taken: readonly Sample[]): Figure[] {
  const runs = taken.at(-1)?.runs ?? 0;
  const resident = (sample: Sample | undefined): Figure['measured'] => spreadOf([sample?.residentMb ?? Number.NaN]);
  const growth = (what: string, pick: (sample: Sample) => number, mbMax: number): Figure => {
    const value = growthOf(taken, pick);
    const target = { text: `≤ ${mbMax} MB (none)`, met: value <= mbMax };
    // A line through a few runs says nothing about a hundred.
    const judged = runs >= FULL.runs ? { target } : {};
    return { name: `${what}, growth per 100 runs, ${name}`, unit: 'MB', measured: spreadOf([value]), ...judged };
  };
  return [
    {
      name: `Resident after ${runs} runs (floor: idle), ${name}`,
      unit: 'MB',
      measured: resident(taken.at(-1)),
      floor: resident(taken[0]),
    },
    growth('Resident', ({ residentMb }) => residentMb, RESIDENT_GROWTH_MB_MAX),
    growth('Live objects', ({ liveMb }) => liveMb, LIVE_GROWTH_MB_MAX),
  ];
}

function tableOf(title: string, samples: Samples): Table {
  const [first = []] = samples.values();
  const row = (name: string, taken: readonly Sample[], pick: (sample: Sample) => number): string[] => [
    name,
    ...taken.map((sample) => shown(pick(sample))),
    shown(growthOf(taken, pick)),
  ];
  return {
    title,
    header: ['MB', 'idle', ...first.slice(1).map(({ runs }) => `${runs} runs`), 'growth per 100 runs'],
    rows: [...samples].flatMap(([name, taken]) => [
      row(`${name}: resident`, taken, ({ residentMb }) => residentMb),
      row(`${name}: live objects`, taken, ({ liveMb }) => liveMb),
    ]),
  };
}

function method(size: Size): string[] {
  return [
    `Resident memory (RSS) of each process, ${SETTLE_MS / 1_000} s after start and after every ${size.every} of ${size.runs} runs, two at a time: one that fixes a test and opens a pull request, one that changes nothing and answers. Before each sample garbage is collected, so that what is left is held and not merely unswept; an operator sees more.`,
    `Growth is the slope of the line that fits the samples from ${size.runs / 2} runs on; before that V8 still compiles what is used often, which heap snapshots show to be what grows. Resident memory that grows by up to ${RESIDENT_GROWTH_MB_MAX} MB per 100 runs counts as steady, since samples differ by as much anyway; the live objects of JavaScript (the least heap after three collections) vary less and may grow by ${LIVE_GROWTH_MB_MAX} MB. 1 MB is 1,000,000 bytes.`,
  ];
}
