import type { Violation } from './journal.ts';

/** Work that goes on by itself. */
export interface Background {
  /** Lets work go on by itself; a failure becomes a violation. */
  background(work: Promise<unknown>): void;
  /** Resolves when none is under way. */
  settled(): Promise<void>;
}

/** Creates one without work. */
export function createBackground(violations: Violation[]): Background {
  const pending = new Set<Promise<unknown>>();
  return {
    background: (work) => {
      const tracked = work
        .catch((error: unknown) => {
          violations.push({ direction: 'webhook', operationId: 'preparation', errors: [String(error)] });
        })
        .finally(() => pending.delete(tracked));
      pending.add(tracked);
    },
    settled: async () => {
      while (pending.size > 0) await Promise.allSettled(pending);
    },
  };
}
