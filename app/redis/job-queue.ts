import { createPostgresBackend, isPgPool, Queue, runMigrations, type PgPool } from 'bullmq';
import { JOB_NAMES, queueNameOf, type JobName } from '#core/contracts/jobs.ts';
import { AppError } from '#core/domain/errors.ts';
import type { JobQueue } from '#core/ports/job-queue.ts';

/**
 * Where the queue lives: a Redis by URL, or a Postgres by a `pg.Pool` (or its like) that finds schema `bullmq` by its
 * search path. The pool is typed loosely because the types of pg and BullMQ disagree about it; it is checked when used.
 */
export type QueueConnection = { readonly url: string } | { readonly pool: object };

/** A queue that needs longer than this counts as unavailable; well below the time for which the relay holds an entry. */
const ANSWER_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 1_500;

/** Done jobs are remembered so that the same id is not taken again; failed ones so that somebody can look. */
const DONE_KEPT = { age: 60 * 60, count: 1_000 };
const FAILED_KEPT = { age: 7 * 24 * 60 * 60, count: 1_000 };

/** The part of BullMQ's queue that is used, whatever its backend. */
interface BackedQueue {
  add(name: string, payload: unknown, options: object): Promise<unknown>;
  getWaitingCount(): Promise<number>;
  close(): Promise<void>;
}

function checkedPool(pool: object): PgPool {
  if (isPgPool(pool)) return pool;
  throw new AppError('internal', 'The queue was given something that is no pool');
}

function openBacked(name: string, connection: QueueConnection): BackedQueue {
  if ('pool' in connection) {
    const queue = new Queue(name, { connection: checkedPool(connection.pool) }, createPostgresBackend);
    return queue.on('error', () => undefined);
  }
  // A producer fails fast: the outbox keeps the job, so nothing is gained by waiting in memory.
  const settings = { enableOfflineQueue: false, maxRetriesPerRequest: 1, connectTimeout: CONNECT_TIMEOUT_MS };
  const queue = new Queue(name, { connection: { url: connection.url, ...settings } });
  return queue.on('error', () => undefined);
}

async function answered<Answer>(action: string, work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError('unavailable', `${action} took too long`)), ANSWER_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError('unavailable', `${action} failed`, { cause: thrown });
  } finally {
    clearTimeout(timer);
  }
}

/** Makes BullMQ's tables in a Postgres; safe to call from any number of processes at once. */
async function migrateQueue(pool: PgPool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
}

/**
 * Opens the queue for adding: one BullMQ queue per job name. A job is started once by the queue's own count; repeating it
 * is the consumer's decision. Opening on Redis does not wait for it, so a process starts while Redis is away.
 * @throws AppError `unavailable` when a Postgres does not answer.
 */
export async function openQueue(connection: QueueConnection): Promise<JobQueue> {
  if ('pool' in connection) await answered('Preparing the queue', migrateQueue(checkedPool(connection.pool)));
  const open = (name: JobName) => openBacked(queueNameOf(name), connection);
  const queues: Record<JobName, BackedQueue> = {
    'handle-delivery': open('handle-delivery'),
    'execute-run': open('execute-run'),
    'report-progress': open('report-progress'),
    'continue-request': open('continue-request'),
    'follow-incident': open('follow-incident'),
  };
  return {
    async add({ id, job, delayMs }) {
      const options = {
        jobId: id,
        delay: delayMs,
        attempts: 1,
        removeOnComplete: DONE_KEPT,
        removeOnFail: FAILED_KEPT,
      };
      await answered('Queueing a job', queues[job.name].add(job.name, job.payload, options));
    },
    async ping() {
      await answered('Asking the queue', queues['handle-delivery'].getWaitingCount());
    },
    async close() {
      await Promise.all(JOB_NAMES.map((name) => queues[name].close()));
    },
  };
}
