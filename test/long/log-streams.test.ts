import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRunLogStream } from '../../app/redis/run-log.ts';
import { openApiScene, type ApiScene } from '../app/http/api/api-scene.ts';
import { eventually } from '../contract/eventually.ts';
import { describeWith } from '../services/describe-with.ts';
import { startPostgres, type Postgres } from '../services/start-postgres.ts';
import { startRedis, type Redis } from '../services/start-redis.ts';
import { openLogReader, type LogReader } from './log-reader.ts';
import { talkingRun, type TalkingRun } from './talking-run.ts';

const RECONNECTS = 1_000;
const CLIENTS = 10;
const IDLE_CLIENTS = 200;
const MEGABYTE = 1_000_000;
const IDLE_MB_MAX = 30;
const SLOW_MB_MAX = 12;
const LONG_MS = 300_000;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A clock that the test turns: what streams do by themselves happens when it says so. */
function handClock() {
  const works = new Set<{ ms: number; work: () => void }>();
  return {
    works,
    every: (ms: number, work: () => void) => {
      const one = { ms, work };
      works.add(one);
      return () => void works.delete(one);
    },
    turn: (ms: number) => {
      for (const one of works) if (one.ms === ms) one.work();
    },
  };
}

function heldMb(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') for (let time = 0; time < 3; time += 1) collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MEGABYTE;
}

describeWith(['postgres', 'redis'], 'log streams', () => {
  let postgres: Postgres;
  let redis: Redis;
  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres({ fsync: false }), startRedis()]);
  });
  afterAll(async () => {
    await Promise.all([postgres[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
  });

  const scene = async (live: 'database' | 'Redis', clock = handClock()): Promise<ApiScene> => {
    const options = { url: redis.url, prefix: 'runlog', maxLength: 64, blockMs: 500, retentionSeconds: 600 };
    const opened = await openApiScene({
      location: { kind: 'postgres', url: await postgres.createDatabase() },
      streamPace: { every: clock.every },
      ...(live === 'database' ? {} : { openStream: (record) => openRunLogStream(options, { record, logger: quiet }) }),
    });
    // A busy machine may need more than one try to connect.
    await eventually(() =>
      opened.opened.store.ping().then(
        () => true,
        () => false,
      ),
    );
    return opened;
  };
  const urlOf = (of: ApiScene, id: string): string => `${of.url}/runs/${id}/logs/stream`;

  describe.each(['database', 'Redis'] as const)('live by %s', (live) => {
    test(
      `${RECONNECTS} reconnects at random places while a run writes: no gap, nothing twice, and an end`,
      { timeout: LONG_MS },
      async () => {
        await using own = await scene(live);
        const { key } = await own.keyFor(['read']);
        const run = await talkingRun(own);
        let isOver = false;
        const writing = write(run, () => isOver);
        const clients = Array.from({ length: CLIENTS }, async () => {
          let at = 0;
          for (let time = 0; time < RECONNECTS / CLIENTS; time += 1) {
            // Back to any earlier place now and then, as a page does that is loaded again.
            if (Math.random() < 0.2) at = Math.floor(Math.random() * at);
            at = await readSome({ url: urlOf(own, run.id), key }, at);
          }
          return at;
        });
        const places = await Promise.all(clients);
        isOver = true;
        const last = await writing;
        for (const place of places) {
          expect(await readSome({ url: urlOf(own, run.id), key }, place, Number.POSITIVE_INFINITY)).toBe(last);
          expect((await openLogReader(urlOf(own, run.id), key, last)).status).toBe(204);
        }
      },
    );

    test(
      `${IDLE_CLIENTS} clients of a silent run are kept alive, hold little memory, and get what comes`,
      { timeout: LONG_MS },
      async () => {
        const clock = handClock();
        await using own = await scene(live, clock);
        const { key } = await own.keyFor(['read']);
        const run = await talkingRun(own);
        const before = heldMb();
        const readers = await Promise.all(
          Array.from({ length: IDLE_CLIENTS }, () => openLogReader(urlOf(own, run.id), key)),
        );
        const seen = readers.map(() => ({ keepalives: 0, last: 0 }));
        const reading = readers.map(async (reader, index) => {
          for await (const { id, text } of reader.frames()) {
            const mine = seen[index];
            if (mine === undefined) return;
            if (text === ': keepalive') mine.keepalives += 1;
            mine.last = id ?? mine.last;
          }
        });
        await eventually(async () => clock.works.size === 2 * IDLE_CLIENTS && seen.every(({ last }) => last === 1));
        const turns = 40;
        for (let turn = 1; turn <= turns; turn += 1) {
          clock.turn(15_000);
          if (turn % 4 === 0) clock.turn(60_000);
          await eventually(async () => seen.every(({ keepalives }) => keepalives >= turn));
        }
        expect(heldMb() - before).toBeLessThan(IDLE_MB_MAX);
        const end = await run.end('failed');
        await Promise.all(reading);
        expect(seen.map(({ last }) => last)).toEqual(readers.map(() => end));
        expect(clock.works.size).toBe(0);
      },
    );
  });

  test(
    'a client that reads nothing costs no memory, is cut off after a while, and misses nothing',
    { timeout: LONG_MS },
    async () => {
      const clock = handClock();
      await using own = await scene('database', clock);
      const { key } = await own.keyFor(['read']);
      const run = await talkingRun(own);
      const slow = await openLogReader(urlOf(own, run.id), key);
      slow.pause();
      const before = heldMb();
      let last = 0;
      for (let batch = 0; batch < 40; batch += 1) last = await run.say(200, 'x'.repeat(2_000));
      await sleep(1_000);
      expect(heldMb() - before).toBeLessThan(SLOW_MB_MAX);
      for (let turn = 0; turn < 2; turn += 1) clock.turn(60_000);
      // A client that reads nothing does not notice; what serves it does.
      await eventually(async () => clock.works.size === 0);
      slow.close();
      await run.end('cancelled');
      expect(await readSome({ url: urlOf(own, run.id), key }, 0, Number.POSITIVE_INFINITY)).toBe(last + 1);
    },
  );
});

/** Lets a run say more and more until it is told to end; gives the last position. */
async function write(run: TalkingRun, isOver: () => boolean): Promise<number> {
  while (!isOver()) {
    await run.say(1 + Math.floor(Math.random() * 8));
    await sleep(Math.random() * 20);
  }
  return run.end('succeeded');
}

/** Reads on from `after` for a random while, each position the one after the one before; gives the last. */
async function readSome(
  at: { url: string; key: string },
  after: number,
  framesMax = Math.floor(Math.random() * 40),
): Promise<number> {
  const reader: LogReader = await openLogReader(at.url, at.key, after);
  let last = after;
  let frames = 0;
  for await (const { id } of reader.frames()) {
    if (id !== undefined) {
      expect(id).toBe(last + 1);
      last = id;
    }
    frames += 1;
    if (frames > framesMax) break;
  }
  reader.close();
  return last;
}
