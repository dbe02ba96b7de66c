import { startPostgres } from '../services/start-postgres.ts';
import { startRedis } from '../services/start-redis.ts';

/** What a world stands on, and how to reach it. */
export interface FlowServices extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Services for a world that names none of its own: none (the embedded database), or with ASTRAFORGE_FLOW_STORE=services
 * a Postgres and a Redis, so that `npm run test:long` plays every flow on both.
 */
export async function openFlowServices(named: Readonly<Record<string, string>>): Promise<FlowServices> {
  if (process.env.ASTRAFORGE_FLOW_STORE !== 'services' || named['DATABASE_URL'] !== undefined)
    return { env: {}, [Symbol.asyncDispose]: () => Promise.resolve() };
  const [postgres, redis] = await Promise.all([startPostgres({ fsync: false }), startRedis()]);
  return {
    env: { DATABASE_URL: await postgres.createDatabase(), REDIS_URL: redis.url },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([postgres[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
    },
  };
}
