import { setTimeout as sleep } from 'node:timers/promises';
import { openLogReader } from '../long/log-reader.ts';
import { shown, type BenchContext, type BenchResult } from './figure.ts';
import { startProgram } from './measured-process.ts';
import { median, percentile, spreadOf } from './statistics.ts';
import { openStreamScene, reasonAgainstStreams, type StreamScene } from './stream-scene.ts';

const TITLE = 'Log streams: from a worker to whoever watches';
const CLIENTS = 100;
const FULL = { rounds: 5, appends: 400, events: 2_000 };
const QUICK = { rounds: 1, appends: 20, events: 100 };
const PAUSE_MS = 4;
const APPENDED_MS_MAX = 100;
/** One round, 99th percentiles in milliseconds. */
interface Latency {
  readonly recordedMs: number;
  readonly seenMs: number;
}

/** Measures how soon and how fast events of a log reach clients. */
export async function benchStreams({ quick, say }: BenchContext): Promise<BenchResult> {
  const size = quick ? QUICK : FULL;
  const reason = await reasonAgainstStreams();
  if (reason !== undefined) return { title: TITLE, method: [], figures: [], tables: [], leftOut: [reason] };
  await using scene = await openStreamScene();
  await using bare = await startProgram({
    script: 'test/bench/bare-stream.ts',
    env: { EVENTS: String(size.events) },
    ready: /"url":"([^"]+)"/,
  });
  const latencies: Latency[] = [];
  const rates: { ours: number; floor: number }[] = [];
  await latency(scene, size.appends / 4);
  const whole = await wholeLog(scene, size.events);
  for (let round = 1; round <= size.rounds; round += 1) {
    latencies.push(await latency(scene, size.appends));
    const floor = await rate(bare.told, scene.key, size.events);
    rates.push({ floor, ours: await rate(whole, scene.key, size.events + 2) });
    const [times, fast] = [latencies.at(-1), rates.at(-1)];
    say(
      `round ${round} of ${size.rounds}: seen after ${shown(times?.seenMs ?? 0)} ms, ${shown(fast?.ours ?? 0)} events/s`,
    );
  }
  return report(latencies, rates, size);
}

/** From the call that appends one event to its being on record, and to the client's having it. */
async function latency(scene: StreamScene, appends: number): Promise<Latency> {
  const run = await scene.talker();
  const reader = await openLogReader(`${scene.app.told}/api/runs/${run.id}/logs/stream`, scene.key);
  const seenAt = new Map<number, number>();
  const reading = (async () => {
    for await (const { id } of reader.frames()) if (id !== undefined) seenAt.set(id, performance.now());
  })();
  while (!seenAt.has(1)) await sleep(PAUSE_MS);
  const recorded: number[] = [];
  const seen: number[] = [];
  for (let append = 0; append < appends; append += 1) {
    const begun = performance.now();
    const { position, recorded: recordedAt } = await run.say([`line ${append}`]);
    recorded.push(recordedAt - begun);
    while (!seenAt.has(position)) await sleep(1);
    seen.push((seenAt.get(position) ?? Number.NaN) - begun);
    await sleep(PAUSE_MS);
  }
  reader.close();
  await reading;
  await run.end();
  return { recordedMs: percentile(recorded, 0.99), seenMs: percentile(seen, 0.99) };
}

/** The address of a log with that many events that is over. */
async function wholeLog(scene: StreamScene, events: number): Promise<string> {
  const run = await scene.talker();
  await run.say(Array.from({ length: events }, (_, at) => `line ${at}`));
  await run.end();
  return `${scene.app.told}/api/runs/${run.id}/logs/stream`;
}

/** Events a second that all clients together get, each from its first to its last. */
async function rate(url: string, key: string, events: number): Promise<number> {
  const begun = performance.now();
  const readAll = async (): Promise<void> => {
    let last = 0;
    // A client that is turned away while the pool is busy, or cut off, comes back after what it has.
    while (last < events) {
      const reader = await openLogReader(url, key, last === 0 ? undefined : last);
      for await (const { id } of reader.frames()) last = id ?? last;
      if (reader.status !== 200 && reader.status !== 503) throw new Error(`a stream was answered ${reader.status}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, readAll));
  return (CLIENTS * events * 1_000) / (performance.now() - begun);
}

function report(
  latencies: readonly Latency[],
  rates: readonly { ours: number; floor: number }[],
  size: typeof FULL,
): BenchResult {
  const seen = spreadOf(latencies.map(({ seenMs }) => seenMs));
  return {
    title: TITLE,
    method: [
      `A worker's part is played by the benchmark: it appends one event to the log of a run (Postgres with fsync), publishes it through Redis, and waits until a client of \`app/main.ts\` has it, ${size.appends} times a round, ${size.rounds} rounds. The floor is the same call until the event is on record; both are 99th percentiles.`,
      `For the rate ${CLIENTS} clients, all in the benchmark's process, read a log of ${size.events.toLocaleString('en')} events from its beginning to its end at once. The floor is a plain \`node:http\` server that has the frames ready in memory and reads no database.`,
    ],
    figures: [
      {
        name: 'Append to client, p99',
        unit: 'ms',
        measured: seen,
        floor: spreadOf(latencies.map(({ recordedMs }) => recordedMs)),
        relation: { kind: 'difference', value: median(latencies.map(({ seenMs, recordedMs }) => seenMs - recordedMs)) },
        target: { text: `≤ ${APPENDED_MS_MAX} ms`, met: seen.median <= APPENDED_MS_MAX },
      },
      {
        name: `Events to ${CLIENTS} clients, from the record`,
        unit: '/s',
        measured: spreadOf(rates.map(({ ours }) => ours)),
        floor: spreadOf(rates.map(({ floor }) => floor)),
        relation: { kind: 'ratio', value: median(rates.map(({ ours, floor }) => ours / floor)) },
      },
    ],
    tables: [],
    leftOut: [],
  };
}
