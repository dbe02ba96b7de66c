import { randomUUID } from 'node:crypto';
import type { Job, JobName } from '#core/contracts/jobs.ts';
import type { JobQueue } from '#core/ports/job-queue.ts';
import type { LogFields } from '#core/ports/runtime.ts';
import type { Consumer, ConsumerOptions } from '../../workers/consumer.ts';
import type { Handlers } from '../../workers/handlers.ts';

/** A queue under test, and how to start a consumer on it. */
export interface QueueSubject {
  readonly queue: JobQueue;
  consume(options: Omit<ConsumerOptions, 'connection'>): Consumer;
}

/** Longer than any test's work. */
export const DRAIN_MS = 5_000;
/** Quick, so that tests are. */
export const RETRY = { startsMax: 3, firstMs: 20, longestMs: 40 };

/** Everything a consumer did with one kind of job. */
export interface Scene extends AsyncDisposable {
  readonly taken: string[];
  readonly signals: AbortSignal[];
  readonly records: { level: string; fields: LogFields; message: string }[];
  readonly consumer: Consumer;
}

/** Starts a consumer whose handlers do `work`, `concurrency` of each kind at once, and notes all of it. */
export async function scene(
  { consume }: QueueSubject,
  work: (id: string, signal: AbortSignal) => Promise<void> = async () => undefined,
  concurrency = 4,
): Promise<Scene> {
  const taken: string[] = [];
  const signals: AbortSignal[] = [];
  const records: Scene['records'] = [];
  const take = async (id: string, signal: AbortSignal) => {
    taken.push(id);
    signals.push(signal);
    await work(id, signal);
  };
  const handlers: Handlers = {
    'handle-delivery': ({ deliveryId }, signal) => take(deliveryId, signal),
    'execute-run': ({ runId }, signal) => take(runId, signal),
    'report-progress': ({ requestId }, signal) => take(requestId, signal),
    'continue-request': ({ requestId }, signal) => take(requestId, signal),
    'follow-incident': ({ incidentId }, signal) => take(incidentId, signal),
  };
  const log = (level: string) => (fields: LogFields, message: string) => void records.push({ level, fields, message });
  const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
  const each: Record<JobName, number> = {
    'handle-delivery': concurrency,
    'execute-run': concurrency,
    'report-progress': concurrency,
    'continue-request': concurrency,
    'follow-incident': concurrency,
  };
  const consumer = consume({ handlers, concurrency: each, logger, retry: RETRY });
  return { taken, signals, records, consumer, [Symbol.asyncDispose]: () => consumer.drain(DRAIN_MS) };
}

/** An entry of the outbox that carries `id`. */
export function entryOf(id: string, delayMs = 0): { id: string; job: Job; delayMs: number } {
  return { id: randomUUID(), job: { name: 'handle-delivery', payload: { deliveryId: id } }, delayMs };
}

/** What {@link entryOf} made an entry carry. */
export function idOf({ job }: { job: Job }): string {
  return job.name === 'handle-delivery' ? job.payload.deliveryId : '';
}
