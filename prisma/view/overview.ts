import { z } from 'zod';
import type { Overviews } from '#core/ports/overview.ts';
import type { Database } from '../database/database.ts';

const NOW = `
  select count(*) filter (where status = 'queued')::integer as queued,
    count(*) filter (where status in ('provisioning', 'running', 'publishing'))::integer as running,
    count(*) filter (where status = 'awaiting_approval')::integer as awaiting
  from run where tenant_id = $1 and status in ('queued', 'provisioning', 'running', 'publishing', 'awaiting_approval')`;

const DAYS = `
  select to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD') as day,
    count(*) filter (where status in ('succeeded', 'unchanged'))::integer as succeeded,
    count(*) filter (where status in ('failed', 'timed_out'))::integer as failed,
    count(*) filter (where status = 'cancelled')::integer as cancelled,
    coalesce(sum(cost_usd), 0)::float8 as cost_usd,
    coalesce(sum((usage->>'inputTokens')::float8 + (usage->>'outputTokens')::float8), 0)::float8 as tokens
  from run where tenant_id = $1 and finished_at >= $2::timestamptz
  group by 1 order by 1`;

/**
 * A further run of a request moves a change that is there already, so the first one counts. Both are looked up run by run:
 * joins would read all runs and requests there ever were.
 */
const MEDIAN = `
  select (percentile_cont(0.5) within group (
    order by extract(epoch from run.finished_at - (
      select created_at from request where request.id = run.request_id))::float8))::float8 as median
  from run
  where run.tenant_id = $1 and run.finished_at >= $2::timestamptz and run.change is not null
    and (
      select count(*) from run as earlier where earlier.request_id = run.request_id and earlier.change is not null
        and (earlier.created_at, earlier.id) < (run.created_at, run.id)) = 0`;

const NowRow = z.object({ queued: z.number(), running: z.number(), awaiting: z.number() });
const DayRow = z
  .object({
    day: z.string(),
    succeeded: z.number(),
    failed: z.number(),
    cancelled: z.number(),
    cost_usd: z.number(),
    tokens: z.number(),
  })
  .transform(({ cost_usd: costUsd, ...row }) => ({ ...row, costUsd }));
const MedianRow = z.object({ median: z.number().nullable() });

/** Overviews on a database: three statements, each along one index. */
export function openOverviews({ rows }: Database): Overviews {
  return {
    async read(tenantId, since) {
      const period = { values: [tenantId, since] };
      const [now, days, median] = await Promise.all([
        rows(NowRow, { action: 'Counting runs under way', text: NOW, values: [tenantId] }),
        rows(DayRow, { action: 'Summing runs up by day', text: DAYS, ...period }),
        rows(MedianRow, { action: 'Timing changes', text: MEDIAN, ...period }),
      ]);
      const { queued, running, awaiting } = now[0] ?? { queued: 0, running: 0, awaiting: 0 };
      return {
        queued,
        running,
        awaitingApproval: awaiting,
        days,
        medianSecToChange: median[0]?.median ?? null,
      };
    },
  };
}
