import type { Job } from '#core/contracts/jobs.ts';
import { OUTBOX_CHANNEL } from './database.ts';
import { storableJson } from './storable.ts';

/**
 * CTE `queued`: commits the jobs in a jsonb parameter (see {@link jobsParameter}) if relation `source` has a row, so that
 * state and jobs are one statement. `delay` is a SQL expression in milliseconds.
 */
export function queuedCte(names: { source: string; jobs: string; delay?: string }): string {
  return `queued as (
    insert into outbox (name, payload, not_before)
    select job.entry->>'name', job.entry->'payload', now() + ${names.delay ?? '0'} * interval '1 millisecond'
    from ${names.source} cross join jsonb_array_elements(${names.jobs}::jsonb) with ordinality as job(entry, ordinal)
    order by job.ordinal
    returning position
  )`;
}

/** SQL expression that announces the jobs of CTE `queued`; it must stand in the outer select, or Postgres leaves it out. */
export const ANNOUNCE_QUEUED = `(select count(pg_notify('${OUTBOX_CHANNEL}', '')) from queued) as announced`;

/** Jobs as the jsonb parameter of {@link queuedCte}. */
export function jobsParameter(jobs: readonly Job[]): string {
  return storableJson(jobs);
}
