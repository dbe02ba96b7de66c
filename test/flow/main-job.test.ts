import { afterAll, beforeAll } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import { startPostgres, type Postgres } from '../services/start-postgres.ts';
import { startRedis, type Redis } from '../services/start-redis.ts';
import { onBothHosts } from './hosts/on-both-hosts.ts';
import { mainJobFlow } from './main-job.flow.ts';

onBothHosts('from a comment to a change, embedded, local workspaces', (host) => {
  mainJobFlow(async () => ({ PROVISIONER: 'local' }), host);
});

describeWith(['codex', 'docker'], 'from a comment to a pull request: embedded, docker workspaces', () => {
  mainJobFlow(async () => ({ PROVISIONER: 'docker' }));
});

describeWith(
  ['codex', 'confinement', 'postgres', 'redis'],
  'from a comment to a pull request: Postgres and Redis',
  () => {
    let postgres: Postgres;
    let redis: Redis;
    beforeAll(async () => {
      [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    });
    afterAll(async () => {
      await Promise.all([postgres[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
    });
    mainJobFlow(async () => ({
      PROVISIONER: 'local',
      DATABASE_URL: await postgres.createDatabase(),
      REDIS_URL: redis.url,
    }));
  },
);
