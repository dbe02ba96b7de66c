import { afterAll, beforeAll, expect, test } from 'vitest';
import { Redis as Client } from 'ioredis';
import type { RunLogStream } from '#core/ports/run-log.ts';
import { openRunLogStream } from '../../../app/redis/run-log.ts';
import { openStore, type OpenedStore } from '../../../prisma/store.ts';
import { eventually } from '../../contract/eventually.ts';
import { runLogStreamContract } from '../../contract/run-log-stream.contract.ts';
import { anEvent, claimed, submitted } from '../../contract/store-subject.ts';
import { emptyStore } from '../../prisma/empty-store.ts';
import { describeWith } from '../../services/describe-with.ts';
import { startRedis, type Redis } from '../../services/start-redis.ts';

const OPTIONS = { prefix: 'runlog', maxLength: 512, blockMs: 300, retentionSeconds: 600 };

const warnings: string[] = [];
const ignore = () => undefined;
const logger = {
  debug: ignore,
  info: ignore,
  error: ignore,
  warn: (_: object, message: string) => void warnings.push(message),
};

describeWith(['redis'], 'live run log on Redis', () => {
  let redis: Redis;
  let opened: OpenedStore;
  let stream: RunLogStream;

  beforeAll(async () => {
    redis = await startRedis();
    opened = await openStore({ kind: 'pglite', memory: true });
    stream = openRunLogStream({ ...OPTIONS, url: redis.url }, { record: opened.store.log, logger });
  });
  afterAll(async () => {
    await stream.close();
    await opened.store.close();
    await redis[Symbol.asyncDispose]();
  });

  runLogStreamContract('a Redis server', () => ({ store: opened.store, stream, empty: () => emptyStore(opened) }));

  test('a stream is bounded and forgotten after its time, and the record still has everything', async () => {
    const { store } = opened;
    const short = openRunLogStream(
      { ...OPTIONS, url: redis.url, prefix: 'short', maxLength: 100 },
      { record: store.log, logger },
    );
    const { request, run } = await submitted(store);
    const log = Array.from({ length: 1_000 }, (_, index) => anEvent(run, `line ${index}`));
    const placed = await store.runs.advance(await claimed(store, run), { log });
    if (placed === 'lost') throw new Error('the claim was lost');
    await short.publish(request.id, placed);
    const client = new Client(redis.url);
    const key = `short:${request.id}`;
    expect(await client.xlen(key)).toBeLessThan(300);
    expect(await client.ttl(key)).toBeGreaterThan(OPTIONS.retentionSeconds - 60);
    await client.del(key);
    client.disconnect();
    const seen: number[] = [];
    for await (const { position } of short.follow(request.id, 0, AbortSignal.timeout(5_000))) {
      if (seen.push(position) === 1_001) break;
    }
    expect(seen.at(-1)).toBe(1_001);
    await short.close();
  });

  test('while Redis is away publishing does not fail and followers go on from the record', async () => {
    const { store } = opened;
    const { request, run } = await submitted(store);
    const claim = await claimed(store, run);
    const abort = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const { position } of stream.follow(request.id, 0, abort.signal)) seen.push(position);
    })();
    const say = async (message: string) => {
      const placed = await store.runs.advance(claim, { log: [anEvent(run, message)] });
      if (placed !== 'lost') await stream.publish(request.id, placed);
    };
    await say('before');
    await redis.crash();
    await say('away');
    await eventually(async () => seen.length === 3);
    await redis.resume();
    await say('back');
    await eventually(async () => seen.length === 4);
    abort.abort();
    await following;
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(warnings).toHaveLength(1);
  });

  test('live events come from the stream and cost the database nothing', async () => {
    const { store } = opened;
    let reads = 0;
    const record = {
      ...store.log,
      readLog: (...input: Parameters<typeof store.log.readLog>) => {
        reads += 1;
        return store.log.readLog(...input);
      },
    };
    const patient = openRunLogStream({ ...OPTIONS, url: redis.url, blockMs: 20_000 }, { record, logger });
    const { request, run } = await submitted(store);
    const claim = await claimed(store, run);
    const abort = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const { position } of patient.follow(request.id, 0, abort.signal)) seen.push(position);
    })();
    await eventually(async () => seen.length === 1);
    for (let step = 0; step < 5; step += 1) {
      const placed = await store.runs.advance(claim, { log: [anEvent(run, `line ${step}`)] });
      if (placed !== 'lost') await patient.publish(request.id, placed);
      await eventually(async () => seen.length === step + 2);
    }
    abort.abort();
    await following;
    await patient.close();
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    expect(reads).toBe(1);
  });
});
