import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { shown, shownSpread, type BenchContext, type BenchResult, type Figure, type Table } from './figure.ts';
import { startProgram, type MeasuredProcess } from './measured-process.ts';
import { conversation, openWay, timeModelCall, type WayToModel } from './model-call.ts';
import { median, percentile, spreadOf } from './statistics.ts';

const MODEL = 'bench-model';
const KILOBYTE = 1_000;
const MEGABYTE = 1_000_000;
/** Codex 0.169.0 begins with some 30 kB and is at 42 kB after ten turns of the demo; a long task is near a megabyte. */
const USUAL_BYTES = 40 * KILOBYTE;
const LONG_BYTES = MEGABYTE;
const STREAM_BYTES = 64 * MEGABYTE;
const AT_ONCE = 20;
const ADDED_MS_MAX = 3;
const FULL = { rounds: 7, calls: 150, burstMs: 3_000, streams: 3, warmUp: 50 };
const QUICK = { rounds: 1, calls: 20, burstMs: 300, streams: 1, warmUp: 5 };

type Size = typeof FULL;

/** What one round found on one way. Processor time is the proxy's. */
interface Round {
  /** Median and 99th percentile of the time to the first byte, in milliseconds, of a usual and of a long conversation. */
  readonly usual: { readonly p50: number; readonly p99: number };
  readonly long: { readonly p50: number; readonly p99: number };
  readonly callsPerSecond: number;
  readonly megabytesPerSecond: number;
}

/** The rounds of both ways, in the same order. */
interface Ways {
  readonly floor: readonly Round[];
  readonly ours: readonly Round[];
}

type Relation = NonNullable<Figure['relation']>;

/** Measures what the proxy costs a model call, against the same calls without it. */
export async function benchProxy({ quick, say }: BenchContext): Promise<BenchResult> {
  const size = quick ? QUICK : FULL;
  const directory = await mkdtemp(path.join(tmpdir(), 'af-bench-'));
  try {
    say('starting the model and the proxy');
    await using model = await startProgram({ script: 'test/bench/serve-model-stream.ts', ready: /"url":"([^"]+)"/ });
    await using proxy = await startProgram({
      script: 'test/bench/serve-proxy.ts',
      env: { MODEL_URL: model.told, SOCKET_DIRECTORY: directory, MODEL },
      ready: /"socket":"([^"]+)"/,
    });
    const port = Number(new URL(model.told).port);
    const ways = [
      openWay('direct', { host: '127.0.0.1', port }),
      openWay('proxy', { socketPath: proxy.told }),
    ] as const;
    const rounds: [Round[], Round[]] = [[], []];
    for (const way of ways) await times(way, conversation(MODEL, USUAL_BYTES, 0), size.warmUp);
    for (let round = 1; round <= size.rounds; round += 1) {
      rounds[0].push(await measure(ways[0], size));
      rounds[1].push(await measure(ways[1], size));
      const [floor, ours] = rounds.map((of) => of.at(-1)?.usual.p50 ?? 0);
      say(`round ${round} of ${size.rounds}: first byte direct ${shown(floor ?? 0)} ms, proxy ${shown(ours ?? 0)} ms`);
    }
    const micros = await microsPerCall(proxy, ways[1], size);
    for (const { agent } of ways) agent.destroy();
    return report({ floor: rounds[0], ours: rounds[1] }, size, micros);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function microsPerCall(proxy: MeasuredProcess, way: WayToModel, size: Size): Promise<number> {
  const before = await proxy.usage();
  const perSecond = await burst(way, size.burstMs);
  const after = await proxy.usage();
  return (after.cpuMicros - before.cpuMicros) / ((perSecond * size.burstMs) / 1_000);
}

async function measure(way: WayToModel, size: Size): Promise<Round> {
  return {
    usual: spread(await times(way, conversation(MODEL, USUAL_BYTES, 0), size.calls)),
    long: spread(await times(way, conversation(MODEL, LONG_BYTES, 0), size.calls)),
    callsPerSecond: await burst(way, size.burstMs),
    megabytesPerSecond: await streamRate(way, size.streams),
  };
}

async function times(way: WayToModel, body: Buffer, calls: number): Promise<number[]> {
  const firsts: number[] = [];
  for (let call = 0; call < calls; call += 1) firsts.push((await timeModelCall(way, body)).firstMs);
  return firsts;
}

function spread(firsts: readonly number[]): Round['usual'] {
  return { p50: percentile(firsts, 0.5), p99: percentile(firsts, 0.99) };
}

async function burst(way: WayToModel, durationMs: number): Promise<number> {
  const body = conversation(MODEL, USUAL_BYTES, 0);
  const begun = performance.now();
  let answered = 0;
  const sender = async (): Promise<void> => {
    while (performance.now() - begun < durationMs) {
      await timeModelCall(way, body);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return (answered * 1_000) / (performance.now() - begun);
}

async function streamRate(way: WayToModel, streams: number): Promise<number> {
  const body = conversation(MODEL, USUAL_BYTES, STREAM_BYTES);
  const rates: number[] = [];
  for (let stream = 0; stream < streams; stream += 1) {
    const { bytes, firstMs, wholeMs } = await timeModelCall(way, body);
    if (bytes < STREAM_BYTES) throw new Error(`a stream of ${STREAM_BYTES} bytes had only ${bytes}`);
    rates.push(bytes / MEGABYTE / ((wholeMs - firstMs) / 1_000));
  }
  return median(rates);
}

/** Median over the rounds of ours − floor in the same round. */
function differenceOf({ floor, ours }: Ways, pick: (round: Round) => number): Relation {
  const differences = ours.map((one, round) => pick(one) - pick(floor[round] ?? one));
  return { kind: 'difference', value: median(differences) };
}

/** Median over the rounds of ours / floor in the same round. */
function ratioOf({ floor, ours }: Ways, pick: (round: Round) => number): Relation {
  return { kind: 'ratio', value: median(ours.map((one, round) => pick(one) / pick(floor[round] ?? one))) };
}

function figuresOf(ways: Ways): readonly Figure[] {
  const both = (pick: (round: Round) => number): Pick<Figure, 'measured' | 'floor'> => ({
    measured: spreadOf(ways.ours.map(pick)),
    floor: spreadOf(ways.floor.map(pick)),
  });
  const usual = (round: Round): number => round.usual.p50;
  const long = (round: Round): number => round.long.p50;
  const calls = (round: Round): number => round.callsPerSecond;
  const throughput = (round: Round): number => round.megabytesPerSecond;
  const added = differenceOf(ways, usual);
  return [
    {
      name: 'First byte of an answer, 40 kB asked',
      unit: 'ms',
      ...both(usual),
      relation: added,
      target: { text: `≤ ${ADDED_MS_MAX} ms added`, met: added.value <= ADDED_MS_MAX },
    },
    { name: 'First byte of an answer, 1 MB asked', unit: 'ms', ...both(long), relation: differenceOf(ways, long) },
    { name: `Calls, ${AT_ONCE} at once`, unit: '/s', ...both(calls), relation: ratioOf(ways, calls) },
    { name: 'Throughput of one answer', unit: 'MB/s', ...both(throughput), relation: ratioOf(ways, throughput) },
  ];
}

function report(ways: Ways, size: Size, cpuMicros: number): BenchResult {
  return {
    title: 'Model proxy: what it adds to a call',
    method: [
      'The floor is the same call from the same client to the same model server, without the proxy between: a server in a process of its own that answers at once. The proxy is the one a worker runs, in a process of its own behind its Unix socket, with everything switched on: the body is parsed and checked against the policy, the budget reserved, the answer searched for the key and for its usage, both bodies redacted and recorded (into nothing).',
      `Connections are kept. ${size.calls} calls one after the other give one round its median and 99th percentile, with a conversation of 40 kB (Codex after some turns) and of 1 MB; ${size.rounds} rounds, in which the two ways take turns. The difference is the median over the rounds of median − median in the same round.`,
      `Calls a second: ${AT_ONCE} senders without a pause; one such call cost the proxy ${shown(cpuMicros)} µs of processor time. Throughput: one answer of 64 MB. Here three processes share the processors where the floor has two, so on a small machine the ratio is a lower bound.`,
    ],
    figures: figuresOf(ways),
    tables: [tableOf(ways)],
    leftOut: [],
  };
}

function tableOf({ floor, ours }: Ways): Table {
  const spreads = (of: readonly Round[]): string[] =>
    [
      of.map(({ usual }) => usual.p50),
      of.map(({ usual }) => usual.p99),
      of.map(({ long }) => long.p50),
      of.map(({ long }) => long.p99),
    ].map((values) => shownSpread(spreadOf(values)));
  return {
    title: 'First byte in ms, median over the rounds (min–max)',
    header: ['', 'p50, 40 kB', 'p99, 40 kB', 'p50, 1 MB', 'p99, 1 MB'],
    rows: [
      ['direct', ...spreads(floor)],
      ['proxy', ...spreads(ours)],
    ],
  };
}
