import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobQueue } from '#core/ports/job-queue.ts';
import { openQueue } from '../../../app/redis/job-queue.ts';
import { startConsumer } from '../../../workers/consumer.ts';
import { eventually } from '../../contract/eventually.ts';
import { jobQueueContract } from '../../contract/job-queue.contract.ts';
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
});
