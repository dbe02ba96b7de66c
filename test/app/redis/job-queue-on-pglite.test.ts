import { afterAll, beforeAll } from 'vitest';
import type { JobQueue } from '#core/ports/job-queue.ts';
import { openQueue } from '../../../app/redis/job-queue.ts';
import { openStore, type OpenedStore } from '../../../prisma/store.ts';
import { startConsumer } from '../../../workers/consumer.ts';
import { jobQueueContract } from '../../contract/job-queue.contract.ts';

let opened: OpenedStore;
let queue: JobQueue;

beforeAll(async () => {
  opened = await openStore({ kind: 'pglite', memory: true });
  queue = await openQueue({ pool: opened.queuePool });
});
afterAll(async () => {
  await queue.close();
  await opened.store.close();
});

jobQueueContract('an embedded Postgres', () => ({
  queue,
  consume: (options) => startConsumer({ ...options, connection: { pool: opened.queuePool } }),
}));
