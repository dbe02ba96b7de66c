import type { Outbox } from '#core/ports/store.ts';
import { OUTBOX_CHANNEL, type Database } from './database.ts';

/** Waits for commits of jobs: counts announcements, so that one that comes between two calls is not missed. */
export function watchCommits(database: Database): Outbox['awaitCommit'] {
  let announced = 0;
  let seen = 0;
  let listening: Promise<unknown> | undefined;
  const wakers = new Set<() => void>();

  function heard(): void {
    announced += 1;
    for (const wake of wakers) wake();
  }

  return async (waitMs, signal) => {
    // What was committed before listening began was not heard, so its beginning counts as an announcement. A failed
    // attempt to listen costs only promptness; the next call tries again.
    listening ??= database.listen(OUTBOX_CHANNEL, heard).then(heard, () => (listening = undefined));
    if (announced === seen && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          wakers.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, waitMs);
        signal.addEventListener('abort', wake, { once: true });
        wakers.add(wake);
      });
    }
    seen = announced;
  };
}
