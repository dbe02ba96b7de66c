import { toAppError } from '../../domain/errors.ts';
import type { JobQueue } from '../../ports/job-queue.ts';
import type { Logger, Runtime } from '../../ports/runtime.ts';
import type { Outbox } from '../../ports/store.ts';

const BATCH_MAX = 200;
const IDLE_WAIT_MS = 1_000;
const FAILED_WAIT_MS = 500;

/**
 * Moves committed jobs to the queue until the signal aborts; at least once, roughly in the order in which they were committed. A failing queue or
 * database is tried again: entries stay in Postgres until the queue took them.
 */
export async function relayOutbox(
  deps: { outbox: Outbox; queue: JobQueue; runtime: Runtime; logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  let failing = false;
  while (!signal.aborted) {
    try {
      const moved = await deps.outbox.drain(BATCH_MAX, (entry) => deps.queue.add(entry));
      failing = false;
      if (moved === 0) await deps.outbox.awaitCommit(IDLE_WAIT_MS, signal);
    } catch (thrown) {
      if (!failing) deps.logger.warn({ err: toAppError(thrown, 'Relaying jobs') }, 'relaying jobs failed, trying on');
      failing = true;
      await deps.runtime.wait(FAILED_WAIT_MS, signal);
    }
  }
}
