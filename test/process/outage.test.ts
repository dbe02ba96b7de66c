import { z } from 'zod';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { settled } from '../flow/ask.ts';
import { openWorld, until, type World } from '../flow/world.ts';
import { noChange } from '../fakes/model/scenarios.ts';
import { describeWith } from '../services/describe-with.ts';
import { startPostgres, type Postgres } from '../services/start-postgres.ts';
import { startRedis, type Redis } from '../services/start-redis.ts';

const Readiness = z.object({ dependencies: z.record(z.string(), z.string()) });
/** The edge gives up after 2 s; the rest is a busy machine. */
const REFUSED_WITHIN_MS = 5_000;
const RECOVERY_DEADLINE_MS = 90_000;

describeWith(['codex', 'confinement', 'postgres', 'redis'], 'when what everything stands on goes away', () => {
  let postgres: Postgres;
  let redis: Redis;
  let world: World;

  beforeEach(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    const services = { DATABASE_URL: await postgres.createDatabase(), REDIS_URL: redis.url };
    world = await openWorld({ scenario: noChange, env: { ...services, PROVISIONER: 'local' } });
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
    await Promise.all([postgres[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
  });

  const ready = async (): Promise<{ status: number; dependencies: Record<string, string> }> => {
    const response = await fetch(`${world.astraforge.url}/readyz`);
    return { status: response.status, ...Readiness.parse(await response.json()) };
  };
  const open = () =>
    world.github.openIssue({ repository: world.repository, by: 'ada', title: 'Look', body: '@astraforge look around' });

  it('Postgres down: the delivery is answered 503 and, redelivered, becomes its one request', async () => {
    expect((await ready()).status).toBe(200);
    await postgres.crash();
    const { issue, delivery } = await open();
    expect(delivery.status).toBe(503);
    expect(delivery.durationMs).toBeLessThan(REFUSED_WITHIN_MS);
    const down = await until('readiness to say so', async () => {
      const now = await ready();
      return now.status === 503 && now;
    });
    expect(down.dependencies).toMatchObject({ postgres: 'down' });
    expect((await fetch(`${world.astraforge.url}/healthz`)).status).toBe(200);
    await postgres.resume();
    const again = await until('the redelivery to be taken', async () => {
      const sent = await world.github.redeliver(delivery.guid);
      return sent.status === 202 && sent;
    });
    expect(again.status).toBe(202);
    expect((await settled(world, issue.number, RECOVERY_DEADLINE_MS)).comments).toHaveLength(1);
    expect(world.github.checkRuns(world.repository)).toHaveLength(1);
  });

  it('Redis loses everything: deliveries are still taken, and what was queued is queued again', async () => {
    await redis.crash();
    const { issue, delivery } = await open();
    expect(delivery.status).toBe(202);
    const down = await until('readiness to say so', async () => {
      const now = await ready();
      return now.status === 503 && now;
    });
    expect(down.dependencies).toMatchObject({ postgres: 'ok', queue: 'down' });
    await redis.resume();
    const outcome = await settled(world, issue.number, RECOVERY_DEADLINE_MS);
    expect(outcome.check.conclusion).toBe('neutral');
    expect(outcome.comments).toHaveLength(1);
  });
});
