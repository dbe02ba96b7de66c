import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiter } from '#core/ports/access/api-calls.ts';

const WINDOW_SECONDS = 60;
const CONNECT_TIMEOUT_MS = 1_500;
const COMMAND_TIMEOUT_MS = 500;

/**
 * Counts calls in Redis, which all processes share, or, without one and while it is away, in this process: being counted
 * twice is better than not being let in.
 */
export function openRateLimiter(options: { callsPerMinute: number; redisUrl: string | undefined }): RateLimiter {
  const { callsPerMinute: points, redisUrl } = options;
  const window = { points, duration: WINDOW_SECONDS, keyPrefix: 'api-calls' };
  const memory = new RateLimiterMemory(window);
  const redis = redisUrl === undefined ? undefined : connectionTo(redisUrl);
  const counter =
    redis === undefined
      ? memory
      : new RateLimiterRedis({ ...window, storeClient: redis, insuranceLimiter: memory, rejectIfRedisNotReady: true });
  // Without it the first calls would find no connection yet, and be counted here. It settles with the first try.
  const opening = redis?.connect().catch(() => undefined);
  return {
    async take(caller) {
      await opening;
      const counted = await counter.consume(caller).catch((thrown: unknown) => {
        // Over the limit it rejects with the count.
        if (thrown instanceof RateLimiterRes) return thrown;
        throw thrown;
      });
      return {
        allowed: counted.consumedPoints <= points,
        limit: points,
        windowSeconds: WINDOW_SECONDS,
        remaining: counted.remainingPoints,
        resetMs: counted.msBeforeNext,
      };
    },
    [Symbol.asyncDispose]: async () => redis?.disconnect(),
  };
}

function connectionTo(url: string): Redis {
  const limits = { connectTimeout: CONNECT_TIMEOUT_MS, commandTimeout: COMMAND_TIMEOUT_MS, maxRetriesPerRequest: 1 };
  // Queued, calls would wait while Redis is away, and count once more all at once when it is back.
  const redis = new Redis(url, { protocol: 2, lazyConnect: true, enableOfflineQueue: false, ...limits });
  return redis.on('error', () => undefined);
}
