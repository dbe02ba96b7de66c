import type { WriteBudget } from '#core/ports/write-budget.ts';

/** A budget without an end, for tests that are about something else. */
export const UNLIMITED: WriteBudget = {
  take: async () => ({ kind: 'granted' }),
  close: async () => undefined,
};
