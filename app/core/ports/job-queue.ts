import type { Job } from '../contracts/jobs.ts';

/** Takes committed jobs; at least once. Only the relay uses it. */
export interface JobQueue {
  /** Adding the same `id` again is a no-op while the queue remembers it. Throws AppError `unavailable`. */
  add(entry: { id: string; job: Job; delayMs: number }): Promise<void>;
  /** Resolves when the queue answers; throws AppError `unavailable` otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
