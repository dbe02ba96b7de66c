import {
  createPostgresBackend,
  DelayedError,
  isPgPool,
  UnrecoverableError,
  WaitingError,
  Worker,
  type PgPool,
} from 'bullmq';
import { JOB_NAMES, Jobs, queueNameOf, type JobName, type JobPayload } from '#core/contracts/jobs.ts';
import { AppError, toAppError } from '#core/domain/errors.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { Handlers } from './handlers.ts';

/** A worker that died is noticed within about the sum of both: 8.7 s were measured, against 58.7 s with BullMQ's defaults. */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;
/** How often a job may lose its worker; how often a run may is counted in Postgres, where it means something. */
const STALLED_MAX = 1_000;

/** For booking how the last jobs ended, and again for closing: the queue may be away itself. */
const CLOSE_TIMEOUT_MS = 2_000;

/** When a failed job is started again. */
export interface Retry {
  /** Starts in all, the first included. */
  readonly startsMax: number;
  /** Milliseconds before the second start; each further wait is twice as long. */
  readonly firstMs: number;
  readonly longestMs: number;
}

/** What a consumer needs. */
export interface ConsumerOptions {
  /** As for the queue: a Redis by URL, or a Postgres by a pool (checked when used) that finds schema `bullmq`. */
  readonly connection: { readonly url: string } | { readonly pool: object };
  readonly handlers: Handlers;
  /** Jobs of each name that may run at once in this process. */
  readonly concurrency: Readonly<Record<JobName, number>>;
  readonly logger: Logger;
  readonly retry: Retry;
}

/** A running consumer. */
export interface Consumer {
  /**
   * Takes no more jobs, aborts the signal of the running ones, waits for them up to `ms` and closes. What still runs then
   * is left to another worker, which gets it when its lock has run out. A queue that does not answer delays it by seconds
   * only; in any case nothing is connected to it, or tries to be, afterwards.
   */
  drain(ms: number): Promise<void>;
}

/** The part of a BullMQ job that is used. */
interface TakenJob {
  readonly id?: string | undefined;
  readonly data: unknown;
  /** Starts so far, this one included. */
  readonly attemptsStarted: number;
  moveToDelayed(timestamp: number, token?: string): Promise<void>;
  /** Back to those that wait for a worker. */
  moveToWait(token?: string): Promise<unknown>;
}

/** The part of a BullMQ worker that is used, whatever its backend. */
interface BackedWorker {
  /** Takes nothing more; resolves when no job is at work and every outcome is booked, which a queue that is away never lets happen. */
  pause(): Promise<void>;
  close(force: boolean): Promise<void>;
}

const PAYLOADS: { readonly [Name in JobName]: { parse(data: unknown): JobPayload<Name> } } = Jobs;

/** Milliseconds until the next start, or undefined when there is none: the error is final or the starts are used up. */
export function retryDelay(error: AppError, starts: number, retry: Retry): number | undefined {
  if (!error.retryable || starts >= retry.startsMax) return undefined;
  return error.retryAfterMs ?? Math.min(retry.firstMs * 2 ** (starts - 1), retry.longestMs);
}

function payloadOf<Name extends JobName>(name: Name, data: unknown): JobPayload<Name> {
  try {
    return PAYLOADS[name].parse(data);
  } catch (cause) {
    throw new AppError('invalid', `A job ${name} has an unknown payload`, { cause });
  }
}

async function handle<Name extends JobName>(
  name: Name,
  payload: JobPayload<Name>,
  { handlers, signal }: { handlers: Handlers; signal: AbortSignal },
): Promise<void> {
  await handlers[name](payload, signal);
}

/**
 * Runs one job and decides about its failure. A retry waits in the queue itself and not in the outbox, because what failed
 * is most often the database; should the queue forget it, the sweep finds the work again.
 */
function processorOf(name: JobName, { handlers, logger, retry }: ConsumerOptions, signal: AbortSignal) {
  return async (job: TakenJob, token?: string): Promise<void> => {
    if (signal.aborted) {
      // It was on its way here when draining began.
      await job.moveToWait(token);
      throw new WaitingError();
    }
    try {
      await handle(name, payloadOf(name, job.data), { handlers, signal });
    } catch (thrown) {
      const error = toAppError(thrown, `Job ${name}`);
      const fields = { err: error, job: name, jobId: job.id, data: job.data, starts: job.attemptsStarted };
      const delayMs = retryDelay(error, job.attemptsStarted, retry);
      if (delayMs === undefined) {
        logger.error(fields, 'job failed');
        throw new UnrecoverableError(error.message);
      }
      logger.warn({ ...fields, delayMs }, 'job failed, will be started again');
      await job.moveToDelayed(Date.now() + delayMs, token);
      throw new DelayedError();
    }
  };
}

function checkedPool(pool: object): PgPool {
  if (isPgPool(pool)) return pool;
  throw new AppError('internal', 'The consumer was given something that is no pool');
}

function openWorker(name: JobName, options: ConsumerOptions, processor: ReturnType<typeof processorOf>): BackedWorker {
  const { connection, logger } = options;
  const settings = {
    concurrency: options.concurrency[name],
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: STALLED_MAX,
  };
  let failing = false;
  const failed = (err: Error) => {
    // One record per outage: the connection tries again several times a second.
    if (!failing) logger.warn({ err, job: name }, 'queue connection failed, trying on');
    failing = true;
  };
  const recovered = () => {
    failing = false;
  };
  const queue = queueNameOf(name);
  if ('pool' in connection) {
    const pool = checkedPool(connection.pool);
    const worker = new Worker(queue, processor, { ...settings, connection: pool }, createPostgresBackend);
    return worker.on('error', failed).on('active', recovered);
  }
  const redis = { url: connection.url, maxRetriesPerRequest: null };
  return new Worker(queue, processor, { ...settings, connection: redis }).on('error', failed).on('active', recovered);
}

/**
 * Starts taking jobs, one BullMQ worker per name. On Redis it does not wait for the server to be there; on Postgres the
 * queue must have been opened before, which makes its tables.
 * A handler's AppError decides: retryable, it is started again after a growing delay (`retryAfterMs` where given), at most
 * `startsMax` times in all; anything else is logged once and the job is over.
 */
export function startConsumer(options: ConsumerOptions): Consumer {
  const draining = new AbortController();
  const running = new Set<Promise<void>>();
  const workers = JOB_NAMES.map((name) => {
    const processor = processorOf(name, options, draining.signal);
    return openWorker(name, options, async (job, token) => {
      const run = processor(job, token);
      running.add(run);
      await run.finally(() => running.delete(run));
    });
  });
  return {
    async drain(ms) {
      const booked = workers.map((worker) => worker.pause().catch(() => undefined));
      draining.abort();
      if (await within(ms, emptied(running))) await within(CLOSE_TIMEOUT_MS, Promise.all(booked));
      // Forced, because BullMQ's own waiting has no bound: it waits for a Redis that is away to say that it was left, and
      // until then goes on calling it and renewing locks. What it would wait for has been waited for above.
      const closed = workers.map((worker) => worker.close(true).catch(() => undefined));
      await within(CLOSE_TIMEOUT_MS, Promise.all(closed));
    },
  };
}

/** Resolves when the set is empty, whatever is added meanwhile. */
async function emptied(running: ReadonlySet<Promise<unknown>>): Promise<void> {
  while (running.size > 0) await Promise.allSettled(running);
}

/** Whether it was done within `ms` milliseconds. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
