import { afterAll, beforeAll } from 'vitest';
import type { JobQueue } from '#core/ports/job-queue.ts';
import { openQueue } from '../../../app/redis/job-queue.ts';
import { openStore, type OpenedStore } from '../../../prisma/store.ts';
import { startConsumer } from '../../../workers/consumer.ts';
import { jobQueueContract } from '../../contract/job-queue.contract.ts';
import { describeWith } from '../../services/describe-with.ts';
import { startPostgres, type Postgres } from '../../services/start-postgres.ts';

describeWith(['postgres'], 'queue on Postgres', () => {
  let postgres: Postgres;
  let opened: OpenedStore;
  let queue: JobQueue;

  beforeAll(async () => {
    postgres = await startPostgres({ fsync: false });
    opened = await openStore({ kind: 'postgres', url: await postgres.createDatabase() });
    queue = await openQueue({ pool: opened.queuePool });
  });
  afterAll(async () => {
    await queue.close();
    await opened.store.close();
    await postgres[Symbol.asyncDispose]();
  });

  jobQueueContract('a Postgres server', () => ({
    queue,
    consume: (options) => startConsumer({ ...options, connection: { pool: opened.queuePool } }),
  }));
});
