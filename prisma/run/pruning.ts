import { z } from 'zod';
import type { Pruning } from '#core/ports/pruning.ts';
import type { Database } from '../database/database.ts';
import { UNDER_WAY } from './claim-fence.ts';

/** Small rows of one statement, so that pruning never holds many for long. */
const ROWS_MAX = 500;
/** Runs whose model calls go by one statement: each may have tens of megabytes. */
const CALLS_RUNS_MAX = 10;
/** Runs whose logs go by one statement, and events of it: a log may have a hundred thousand. */
const LOG_RUNS_MAX = 20;
const LOG_EVENTS_MAX = 5_000;
const REQUESTS_MAX = 20;
/** Each may have an account of 32 KiB. */
const INCIDENTS_MAX = 100;

const OLD = (touched: string): string => `${touched} < now() - $1 * interval '1 millisecond'`;

/** For a request's id: a run of it is under way, or words wait for one. */
const isUnfinished = (id: string): string => `(
  exists (select from run as live where live.request_id = ${id} and live.status in ${UNDER_WAY})
  or exists (
    select from message as waiting
    where waiting.request_id = ${id} and waiting.run_id is null and not waiting.taken_back))`;

const DELIVERIES = `
  with pruned as (
    update delivery set body = null where id in (
      select id from delivery where body is not null and ${OLD('settled_at')}
      order by settled_at limit ${ROWS_MAX} for update skip locked)
    returning id
  )
  select count(*)::integer as done from pruned`;

/** The settled run does not move any more, so its last change tells since when it is settled. */
const CALLS = `
  with pruned as (
    update run set call_bytes = 0 where id in (
      select id from run where call_bytes > 0 and status not in ${UNDER_WAY} and ${OLD('updated_at')}
      order by updated_at limit ${CALLS_RUNS_MAX} for update skip locked)
    returning id
  ), dropped as (delete from model_call using pruned where model_call.run_id = pruned.id)
  select count(*)::integer as done from pruned`;

/** Run first, request second, as everywhere. A run is marked once the last of its events is gone. */
const LOGS = `
  with due as (
    select run.id, run.request_id from run
    where run.log_pruned_at is null and run.status not in ${UNDER_WAY} and ${OLD('run.updated_at')}
      and not ${isUnfinished('run.request_id')}
    order by run.updated_at limit ${LOG_RUNS_MAX} for update of run skip locked
  ), doomed as (
    select run_log.request_id, run_log.position from due join run_log on run_log.run_id = due.id limit ${LOG_EVENTS_MAX}
  ), gone as (
    delete from run_log using doomed
    where run_log.request_id = doomed.request_id and run_log.position = doomed.position
    returning run_log.request_id, run_log.position
  ), marked as (
    update run set log_pruned_at = now() from due
    where run.id = due.id and (select count(*) from doomed) < ${LOG_EVENTS_MAX} returning run.id
  ), noted as (
    update request set log_pruned_to = greatest(request.log_pruned_to, upto.position)
    from (select request_id, max(position) as position from gone group by request_id) as upto
    where request.id = upto.request_id returning request.id
  )
  select (select count(*) from gone)::integer + (select count(*) from marked)::integer as done,
    (select count(*) from noted) as noted`;

/** What is large is gone already. A run that begins at this moment refers to its request, which then stays. */
const REQUESTS = `
  with due as (
    select request.id from request
    where request.log_pruned_to > 0 and request.log_pruned_to = request.log_length and ${OLD('request.updated_at')}
      and not ${isUnfinished('request.id')}
      and not exists (
        select from run as kept
        where kept.request_id = request.id and (kept.log_pruned_at is null or kept.call_bytes > 0))
    order by request.updated_at limit ${REQUESTS_MAX}
  ), over as (
    select run.id from run join due on run.request_id = due.id order by run.id for update of run
  ), approvals as (delete from approval where run_id in (select id from over)
  ), words as (delete from message where request_id in (select id from due) returning id
  ), files as (delete from attachment where subject_id in (select id from due union all select id from words)
  ), hosts as (delete from allowed_host where request_id in (select id from due)
  ), calls as (delete from model_call where run_id in (select id from over)
  ), results as (delete from run_result where run_id in (select id from over)
  ), effects as (
    delete from effect where subject_id in (
      select id from due union all select id from over union all select id from words)
  ), incidents as (
    update incident set request_id = null, state = case when state = 'begun' then 'closed' else state end
    where request_id in (select id from due)
  ), runs as (delete from run where id in (select id from over)
  ), gone as (delete from request where id in (select id from due) returning id)
  select count(*)::integer as done from gone`;

const ALERTS = `
  with gone as (
    delete from alert where id in (
      select id from alert where ${OLD('created_at')} order by created_at limit ${ROWS_MAX} for update skip locked)
    returning id
  )
  select count(*)::integer as done from gone`;

/** An alert that joins one at this moment holds its row, which is then left alone. */
const INCIDENTS = `
  with due as (
    select id from incident
    where state in ('recorded', 'merged', 'closed') and ${OLD('last_at')}
      and not exists (select from alert where alert.incident_id = incident.id)
      and not exists (select from incident as paused where paused.storm_id = incident.id)
    order by last_at limit ${INCIDENTS_MAX} for update skip locked
  ), keys as (delete from incident_key where incident_id in (select id from due)
  ), effects as (delete from effect where subject_id in (select id from due)
  ), gone as (delete from incident where id in (select id from due) returning id)
  select count(*)::integer as done from gone`;

/** A repository that we lost and see again is listened to from then on, as a new one is. */
const HEARD = `
  with lost as (
    delete from listened where ${OLD('named_at')}
  ), gone as (
    delete from heard where (provider, repo_id, kind, external_id) in (
      select provider, repo_id, kind, external_id from heard where ${OLD('heard_at')}
      order by heard_at limit ${ROWS_MAX} for update skip locked)
    returning delivery_id
  )
  select count(*)::integer as done from gone`;

const ANSWERS = `
  with gone as (
    delete from idempotent_call where (tenant_id, key_sha256) in (
      select tenant_id, key_sha256 from idempotent_call where ${OLD('begun_at')}
      order by begun_at limit ${ROWS_MAX} for update skip locked)
    returning 1
  ), sessions as (delete from user_session where expires_at < now()
  ), logouts as (delete from logout_notice where expires_at < now())
  select count(*)::integer as done from gone`;

const DoneRow = z.object({ done: z.number() });

/** Pruning on a database. */
export function openPruning({ rows }: Database): Pruning {
  const prune = (action: string, text: string) => async (olderThanMs: number) => {
    const [row] = await rows(DoneRow, { action, text, values: [olderThanMs] });
    return row?.done ?? 0;
  };
  return {
    deliveries: prune('Pruning deliveries', DELIVERIES),
    calls: prune('Pruning model calls', CALLS),
    logs: prune('Pruning logs', LOGS),
    requests: prune('Pruning requests', REQUESTS),
    alerts: prune('Pruning alerts', ALERTS),
    incidents: prune('Pruning incidents', INCIDENTS),
    heard: prune('Pruning what was heard', HEARD),
    answers: prune('Pruning answers', ANSWERS),
  };
}
