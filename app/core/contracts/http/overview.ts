import { z } from 'zod';

const DAYS_MAX = 90;
const DAYS = 30;
const count = z.int().nonnegative();

/** Which days to sum up: today and those before it, in UTC. */
export const OverviewQuery = z.object({
  days: z.coerce.number().int().min(1).max(DAYS_MAX).default(DAYS).describe('Days to sum up, today included'),
});
export type OverviewQuery = z.infer<typeof OverviewQuery>;

/** How things go in one tenant: what is under way now, and what became of the runs that ended in the last days. */
export const Overview = z
  .object({
    now: z.object({ queued: count, running: count, awaiting_approval: count }),
    days: count,
    succeeded: count,
    failed: count,
    cancelled: count,
    median_sec_to_change: z
      .number()
      .nullable()
      .describe('From a request to its pull or merge request; null where none was opened'),
    cost_usd: z.number(),
    by_day: z
      .array(
        z.object({
          day: z.iso.date(),
          succeeded: count,
          failed: count,
          cancelled: count,
          cost_usd: z.number(),
          tokens: count,
        }),
      )
      .describe('Every day of the period, oldest first, also those on which nothing ended'),
  })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof Overview>;
