import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRunLogStream } from '../../app/redis/run-log.ts';
import { openStore, type OpenedStore } from '../../prisma/store.ts';
import { anEvent, claimed, submitted } from '../contract/store-subject.ts';
import { openLogReader } from '../long/log-reader.ts';
import { missingServices } from '../services/missing-services.ts';
import { startPostgres } from '../services/start-postgres.ts';
import { startRedis } from '../services/start-redis.ts';
import { shown, type BenchContext, type BenchResult } from './figure.ts';
import { startProgram, type MeasuredProcess } from './measured-process.ts';
import { median, percentile, spreadOf } from './statistics.ts';

const TITLE = 'Log streams: from a worker to whoever watches';
const CLIENTS = 100;
const FULL = { rounds: 5, appends: 400, events: 2_000 };
const QUICK = { rounds: 1, appends: 20, events: 100 };
const PAUSE_MS = 4;
const APPENDED_MS_MAX = 100;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

type Stream = ReturnType<typeof openRunLogStream>;

/** What writes, and `app`, which tells; each reaches the other through Postgres and Redis alone. */
interface Sides {
  readonly opened: OpenedStore;
  readonly stream: Stream;
  readonly app: MeasuredProcess;
  readonly key: string;
}

/** One round, 99th percentiles in milliseconds. */
interface Latency {
  readonly recordedMs: number;
  readonly seenMs: number;
}

/** Measures how soon and how fast events of a log reach clients. */
export async function benchStreams({ quick, say }: BenchContext): Promise<BenchResult> {
  const size = quick ? QUICK : FULL;
  const missing = await missingServices();
  const reason = missing.postgres ?? missing.redis;
  if (reason !== undefined) return { title: TITLE, method: [], figures: [], tables: [], leftOut: [reason] };
  await using postgres = await startPostgres({ fsync: true });
  await using redis = await startRedis();
  const url = await postgres.createDatabase();
  const opened = await openStore({ kind: 'postgres', url });
  const options = { url: redis.url, prefix: 'runlog', maxLength: 512, blockMs: 5_000, retentionSeconds: 600 };
  const stream = openRunLogStream(options, { record: opened.store.log, logger: quiet });
  const [key, secret] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('hex')];
  const api = { API_KEY_PEPPER: secret, API_ADMIN_KEY: key, WEBHOOK_SECRET: secret };
  await using app = await startProgram({
    script: 'app/main.ts',
    env: { ...api, DATABASE_URL: url, REDIS_URL: redis.url, PORT: '0' },
    ready: /"url":"([^"]+)"/,
  });
  await using bare = await startProgram({
    script: 'test/bench/bare-stream.ts',
    env: { EVENTS: String(size.events) },
    ready: /"url":"([^"]+)"/,
  });
  try {
    const sides = { opened, stream, app, key };
    const latencies: Latency[] = [];
    const rates: { ours: number; floor: number }[] = [];
    await latency(sides, size.appends / 4);
    const whole = await wholeLog(sides, size.events);
    for (let round = 1; round <= size.rounds; round += 1) {
      latencies.push(await latency(sides, size.appends));
      rates.push({ floor: await rate(bare.told, key, size.events), ours: await rate(whole, key, size.events + 2) });
      const [times, fast] = [latencies.at(-1), rates.at(-1)];
      say(
        `round ${round} of ${size.rounds}: seen after ${shown(times?.seenMs ?? 0)} ms, ${shown(fast?.ours ?? 0)} events/s`,
      );
    }
    return report(latencies, rates, size);
  } finally {
    await stream.close();
    await opened.store.close();
  }
}

async function talker({ opened, stream }: Sides) {
  const { request, run } = await submitted(opened.store);
  const claim = await claimed(opened.store, run);
  return {
    id: run.id,
    say: async (texts: readonly string[]) => {
      const placed = await opened.store.runs.advance(claim, { log: texts.map((line) => anEvent(run, line)) });
      if (placed === 'lost') throw new Error('the claim was lost');
      const recorded = performance.now();
      await stream.publish(request.id, placed);
      return { position: placed.at(-1)?.position ?? 0, recorded };
    },
    end: () =>
      opened.store.runs.advance(claim, {
        run: { status: 'succeeded' },
        log: [{ ...anEvent(run, 'done'), type: 'completed', final: true }],
      }),
  };
}

/** From the call that appends one event to its being on record, and to the client's having it. */
async function latency(sides: Sides, appends: number): Promise<Latency> {
  const run = await talker(sides);
  const reader = await openLogReader(`${sides.app.told}/api/runs/${run.id}/logs/stream`, sides.key);
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
async function wholeLog(sides: Sides, events: number): Promise<string> {
  const run = await talker(sides);
  await run.say(Array.from({ length: events }, (_, at) => `line ${at}`));
  await run.end();
  return `${sides.app.told}/api/runs/${run.id}/logs/stream`;
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
