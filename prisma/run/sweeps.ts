import { z } from 'zod';
import type { Job } from '#core/contracts/jobs.ts';
import type { Sweeps } from '#core/ports/sweeps.ts';
import { UNDER_WAY, UNSETTLED } from './claim-fence.ts';
import type { Database, Statement } from '../database/database.ts';

/** Runs whose model calls go by one statement: each may have tens of megabytes. */
const PRUNE_RUNS_MAX = 10;

/** Bodies emptied by one statement, so that pruning never holds many rows for long. */
const PRUNE_ROWS_MAX = 500;

/**
 * Silent since: untouched for $1 milliseconds by the database's clock, and since an earlier sweep found it for as long
 * as it had been silent then. So the waits double up to 5 minutes, and an outage of hours does not pile up jobs.
 */
const since = (touched: string) =>
  `greatest(${touched}, coalesce(swept_at, ${touched}))
    < now() - greatest($1 * interval '1 millisecond', least(coalesce(swept_at, ${touched}) - ${touched}, interval '5 minutes'))`;

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
  )
  select 'handle-delivery' as name, id from lost_delivery
  union all select 'execute-run', id from lost_run
  union all select 'report-progress', id from lost_report
  union all select distinct 'continue-request', request_id from lost_words`;

const PRUNE = `
  update delivery set body = null where id in (
    select id from delivery where body is not null and settled_at < now() - $1 * interval '1 millisecond'
    order by settled_at limit ${PRUNE_ROWS_MAX} for update skip locked)
  returning id`;

/** The settled run does not move any more, so its last change tells since when it is settled. */
const PRUNE_CALLS = `
  with pruned as (
    update run set call_bytes = 0 where id in (
      select id from run
      where call_bytes > 0 and status not in ${UNDER_WAY} and updated_at < now() - $1 * interval '1 millisecond'
      order by updated_at limit ${PRUNE_RUNS_MAX} for update skip locked)
    returning id
  ), dropped as (delete from model_call using pruned where model_call.run_id = pruned.id)
  select id from pruned`;

/** A repository that we lost and see again is listened to from then on, as a new one is. */
const PRUNE_HEARD = `
  with lost as (
    delete from listened where named_at < now() - $1 * interval '1 millisecond'
  )
  delete from heard where (provider, repo_id, kind, external_id) in (
    select provider, repo_id, kind, external_id from heard where heard_at < now() - $1 * interval '1 millisecond'
    order by heard_at limit ${PRUNE_ROWS_MAX} for update skip locked)
  returning delivery_id as id`;

const StrandedRow = z.object({
  name: z.enum(['handle-delivery', 'execute-run', 'report-progress', 'continue-request']),
  id: z.string(),
});

function jobOf({ name, id }: z.infer<typeof StrandedRow>): Job {
  switch (name) {
    case 'handle-delivery':
      return { name, payload: { deliveryId: id } };
    case 'execute-run':
      return { name, payload: { runId: id } };
    case 'report-progress':
    case 'continue-request':
      return { name, payload: { requestId: id } };
  }
}

/** Sweeps on a database; of the three kinds each gets a third of `countMax` (rounded up), so that none starves another. */
export function openSweeps({ rows }: Database): Sweeps {
  async function pruneAll(statement: Statement, rowsMax: number): Promise<number> {
    let pruned = 0;
    for (;;) {
      const count = (await rows(z.object({ id: z.string() }), statement)).length;
      pruned += count;
      if (count < rowsMax) return pruned;
    }
  }

  return {
    async findStranded(silentMs, countMax) {
      const values = [silentMs, countMax];
      const found = await rows(StrandedRow, { action: 'Finding stranded work', text: FIND, values });
      return found.map(jobOf);
    },
    async pruneBodies(olderThanMs) {
      const values = [olderThanMs];
      const deliveries = { action: 'Pruning deliveries', text: PRUNE, values };
      const calls = { action: 'Pruning model calls', text: PRUNE_CALLS, values };
      return (await pruneAll(deliveries, PRUNE_ROWS_MAX)) + (await pruneAll(calls, PRUNE_RUNS_MAX));
    },
    pruneHeard: (olderThanMs) =>
      pruneAll({ action: 'Pruning what was heard', text: PRUNE_HEARD, values: [olderThanMs] }, PRUNE_ROWS_MAX),
  };
}
