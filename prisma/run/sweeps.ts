import { z } from 'zod';
import type { Job } from '#core/contracts/jobs.ts';
import type { Sweeps } from '#core/ports/sweeps.ts';
import { UNSETTLED } from './claim-fence.ts';
import type { Database } from '../database/database.ts';

/**
 * Silent since: untouched for $1 milliseconds by the database's clock, and since an earlier sweep found it for as long
 * as it had been silent then. So the waits double up to 5 minutes, and an outage of hours does not pile up jobs.
 */
const since = (touched: string, swept = 'swept_at') =>
  `greatest(${touched}, coalesce(${swept}, ${touched}))
    < now() - greatest($1 * interval '1 millisecond', least(coalesce(${swept}, ${touched}) - ${touched}, interval '5 minutes'))`;

/** Its job is already on the way: finding it again would only fill the outbox while the queue is away. */
const notQueued = (table: string, member: string) =>
  `not exists (select 1 from outbox where outbox.payload->>'${member}' = ${table}.id::text)`;

/** What is found counts as touched, so that each is found once per wait, by one of any number of sweepers. */
const FIND = `
  with lost_delivery as (
    update delivery set swept_at = now() where id in (
      select id from delivery
      where settled_at is null and ${since('received_at')} and ${notQueued('delivery', 'deliveryId')}
      order by received_at limit $2::integer / 3 + 1 for update skip locked)
    returning id
  ), lost_run as (
    update run set swept_at = now() where id in (
      select id from run
      where status in ${UNSETTLED} and ${since('greatest(updated_at, coalesce(heard_at, updated_at), coalesce(resume_at, updated_at))')}
        and ${notQueued('run', 'runId')}
      order by updated_at limit $2::integer / 3 + 1 for update skip locked)
    returning id
  ), lost_report as (
    update request set swept_at = now() where id in (
      select id from request
      where reported_version < version and ${since('greatest(updated_at, coalesce(report_lease_until, updated_at))')}
        and ${notQueued('request', 'requestId')}
      order by updated_at limit $2::integer / 3 + 1 for update skip locked)
    returning id
  ), lost_words as (
    update message set swept_at = now() where id in (
      select id from message
      where run_id is null and not taken_back and ${since('created_at')}
        and not exists (select from run where run.request_id = message.request_id and run.status in ${UNSETTLED})
        and not exists (
          select from outbox where outbox.name = 'continue-request' and outbox.payload->>'requestId' = message.request_id::text)
      order by created_at limit $2::integer / 3 + 1 for update skip locked)
    returning request_id
  ), lost_news as (
    update incident set swept_at = now() where id in (
      select incident.id from incident join request on request.id = incident.request_id
      where incident.state in ('begun', 'merged', 'closed') and incident.told_version < request.version and request.updated_at > now() - interval '1 day'
        and ${since('request.updated_at', 'incident.swept_at')} and ${notQueued('incident', 'incidentId')}
      order by request.updated_at limit $2::integer / 3 + 1 for update of incident skip locked)
    returning id
  )
  select 'handle-delivery' as name, id from lost_delivery
  union all select 'execute-run', id from lost_run
  union all select 'report-progress', id from lost_report
  union all select 'follow-incident', id from lost_news
  union all select distinct 'continue-request', request_id from lost_words`;

const StrandedRow = z.object({
  name: z.enum(['handle-delivery', 'execute-run', 'report-progress', 'continue-request', 'follow-incident']),
  id: z.string(),
});

function jobOf({ name, id }: z.infer<typeof StrandedRow>): Job {
  switch (name) {
    case 'handle-delivery':
      return { name, payload: { deliveryId: id } };
    case 'execute-run':
      return { name, payload: { runId: id } };
    case 'follow-incident':
      return { name, payload: { incidentId: id } };
    case 'report-progress':
    case 'continue-request':
      return { name, payload: { requestId: id } };
  }
}

/** Sweeps on a database; of the three kinds each gets a third of `countMax` (rounded up), so that none starves another. */
export function openSweeps({ rows }: Database): Sweeps {
  return {
    async findStranded(silentMs, countMax) {
      const values = [silentMs, countMax];
      const found = await rows(StrandedRow, { action: 'Finding stranded work', text: FIND, values });
      return found.map(jobOf);
    },
  };
}
