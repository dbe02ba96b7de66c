import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { describeWith } from '../../../../services/describe-with.ts';
import { startPostgres, type Postgres } from '../../../../services/start-postgres.ts';
import { startRedis, type Redis } from '../../../../services/start-redis.ts';
import { openApiScene, type ApiScene } from '../api-scene.ts';

const LIMIT = 10;
/** What a revoked key may live on. */
const GONE_WITHIN_MS = 5_000;
/** Less than the time that one command of Redis is given: nobody waits for what is away. */
const AWAY_MS = 400;

describeWith(['postgres', 'redis'], 'two app processes on one Postgres and one Redis', () => {
  let postgres: Postgres;
  let redis: Redis;
  let both: readonly [ApiScene, ApiScene];
  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres({ fsync: false }), startRedis()]);
    const url = await postgres.createDatabase();
    const options = { location: { kind: 'postgres', url }, redisUrl: redis.url, callsPerMinute: LIMIT } as const;
    both = [await openApiScene(options), await openApiScene(options)];
  });
  afterAll(async () => {
    await Promise.all(both.map((scene) => scene[Symbol.asyncDispose]()));
    await Promise.all([postgres[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
  });

  const newKey = async () => (await both[0].keyFor(['read'])).key;
  const standing = ({ status, headers }: Response) => [status, Number(headers.get('ratelimit-remaining'))];

  test('share one budget of calls, and both say how it stands', async () => {
    const key = await newKey();
    for (let count = 1; count <= LIMIT; count += 1) {
      const answer = await both[count % 2 === 0 ? 0 : 1].call('/me', key);
      expect(standing(answer)).toEqual([200, LIMIT - count]);
      expect(answer.headers.get('ratelimit-limit')).toBe(String(LIMIT));
      expect(answer.headers.get('ratelimit-policy')).toBe(`${LIMIT};w=60`);
      const reset = Number(answer.headers.get('ratelimit-reset'));
      expect([reset > 0, reset <= 60]).toEqual([true, true]);
    }
    for (const one of both) {
      const refused = await one.call('/me', key);
      expect(standing(refused)).toEqual([429, 0]);
      expect(refused.headers.get('retry-after')).toBe(refused.headers.get('ratelimit-reset'));
      expect(await refused.json()).toEqual({ detail: `More than ${LIMIT} calls within 60 s.` });
      expect((await one.call('/me', await newKey())).status).toBe(200);
    }
  });

  test('count each by itself while Redis is away, and together again when it is back', async () => {
    const key = await newKey();
    await redis.crash();
    for (const one of both) {
      const times: number[] = [];
      for (let count = 1; count <= LIMIT; count += 1) {
        const began = performance.now();
        expect(standing(await one.call('/me', key))).toEqual([200, LIMIT - count]);
        times.push(performance.now() - began);
      }
      expect(times.toSorted((a, b) => a - b)[LIMIT / 2]).toBeLessThan(AWAY_MS);
      expect(standing(await one.call('/me', key))).toEqual([429, 0]);
    }
    await redis.resume();
    // Both have used up what they count by themselves, so that only Redis, which remembers nothing, lets a call in.
    for (const one of both)
      await expect.poll(async () => (await one.call('/me', key)).status, { timeout: 30_000, interval: 200 }).toBe(200);
    const left = [await both[0].call('/me', key), await both[1].call('/me', key)].map(standing);
    expect(left).toEqual([
      [200, LIMIT - 3],
      [200, LIMIT - 4],
    ]);
  });

  test('both refuse a key within 5 s of its revocation at one of them', async () => {
    const { id, key } = await both[0].keyFor(['read']);
    for (const one of both) expect((await one.call('/me', key)).status).toBe(200);
    const gone = await both[0].call(`/api-keys/${id}/`, both[0].adminKey, { method: 'DELETE' });
    expect(gone.status).toBe(204);
    const since = performance.now();
    for (const one of both)
      await expect.poll(async () => (await one.call('/me', key)).status, { timeout: 10_000, interval: 20 }).toBe(401);
    expect(performance.now() - since).toBeLessThan(GONE_WITHIN_MS);
  });

  test('both refuse a key from its end on', async () => {
    const { id, key } = await both[0].keyFor(['read'], FIRST_TENANT);
    await both[0].sql(`update public.api_key set expires_at = now() + interval '1 second' where id = '${id}'`);
    const since = performance.now();
    for (const one of both)
      await expect.poll(async () => (await one.call('/me', key)).status, { timeout: 10_000, interval: 200 }).toBe(401);
    expect(performance.now() - since).toBeLessThan(GONE_WITHIN_MS);
  });
});
