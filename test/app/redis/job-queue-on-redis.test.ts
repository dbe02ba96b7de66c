import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobQueue } from '#core/ports/job-queue.ts';
import { openQueue } from '../../../app/redis/job-queue.ts';
import { startConsumer, type ConsumerOptions } from '../../../workers/consumer.ts';
import { eventually } from '../../contract/eventually.ts';
import { jobQueueContract } from '../../contract/job-queue.contract.ts';
import { DRAIN_MS, entryOf, scene } from '../../contract/queue-scene.ts';
import { describeWith } from '../../services/describe-with.ts';
import { startRedis, type Redis } from '../../services/start-redis.ts';

describeWith(['redis'], 'queue on Redis', () => {
  let redis: Redis;
  let queue: JobQueue;

  beforeAll(async () => {
    redis = await startRedis();
    queue = await openQueue({ url: redis.url });
  });
  afterAll(async () => {
    await queue.close();
    await redis[Symbol.asyncDispose]();
  });

  jobQueueContract('a Redis server', () => ({
    queue,
    consume: (options) => startConsumer({ ...options, connection: { url: redis.url } }),
  }));

  test('a queue that is away is reported within a few seconds and taken up again when it is back', async () => {
    const job = { name: 'handle-delivery' as const, payload: { deliveryId: crypto.randomUUID() } };
    await redis.crash();
    const startedAt = Date.now();
    await expect(queue.add({ id: crypto.randomUUID(), job, delayMs: 0 })).rejects.toMatchObject({
      code: 'unavailable',
    });
    await expect(queue.ping()).rejects.toMatchObject({ code: 'unavailable' });
    expect(Date.now() - startedAt).toBeLessThan(11_000);
    await redis.resume();
    await eventually(() =>
      queue.ping().then(
        () => true,
        () => false,
      ),
    );
    await queue.add({ id: crypto.randomUUID(), job, delayMs: 0 });
  });

  test('draining while the queue is away ends within its bounds, and nothing calls it afterwards', async () => {
    await using own = await startRedis();
    const jobs = await openQueue({ url: own.url });
    const consume = (options: Omit<ConsumerOptions, 'connection'>) =>
      startConsumer({ ...options, connection: { url: own.url } });
    const on = await scene({ queue: jobs, consume }, async (_id, signal) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    });
    await jobs.add(entryOf(crypto.randomUUID()));
    await eventually(async () => on.taken.length === 1);
    await jobs.close();
    await own.crash();
    await eventually(async () => on.records.some(({ message }) => message.startsWith('queue connection failed')));
    const startedAt = Date.now();
    await on.consumer.drain(DRAIN_MS);
    expect(Date.now() - startedAt).toBeLessThan(6_000);
    expect(await callsAt(Number(new URL(own.url).port), LONGEST_RECONNECT_MS)).toBe(0);
  });
});

/** ioredis as BullMQ sets it tries again after 1 s, e^2 s and so on; by then one that goes on has tried. */
const LONGEST_RECONNECT_MS = 9_000;

/** How many connections arrive at a port of this machine within `ms`. */
async function callsAt(port: number, ms: number): Promise<number> {
  let calls = 0;
  const server = createServer((socket) => {
    calls += 1;
    socket.destroy();
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  await setTimeout(ms);
  await promisify(server.close.bind(server))();
  return calls;
}
