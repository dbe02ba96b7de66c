import { z } from 'zod';
import type { Conversations } from '#core/ports/conversations.ts';
import type { Database } from '../database/database.ts';
import { ANNOUNCE_QUEUED, jobsParameter, queuedCte } from '../database/jobs-sql.ts';
import { insertRunSql, REQUEST_IN_RUN } from './run-insert.ts';
import { storableJson } from '../database/storable.ts';

/** For `where` on table `message` of request $1: what a run may take, all that waits or what run $3 took. */
const TAKEABLE = `message.request_id = $1 and not message.taken_back
  and case when $3::uuid is null then message.run_id is null else message.run_id = $3::uuid end`;

/**
 * The unique index on runs under way decides between two that begin at once. The words are locked before that, since those
 * taken back at this very moment must not leave a run that has none.
 */
const BEGIN = `
  with words as (
    select message.id from message where ${TAKEABLE} for update
  ), wanted as (
    select ${REQUEST_IN_RUN} from request
    where request.id = $1 and ($3::uuid is not null or exists (select from words))
  ), started as (${insertRunSql({ source: 'wanted', run: '$2' })}
  ), taken as (
    update message set run_id = started.id from started cross join words where message.id = words.id returning message.id
  ), grown as (
    update request set
      version = request.version + 1, log_length = request.log_length + jsonb_array_length($4::jsonb), updated_at = now()
    from started where request.id = started.request_id
    returning request.id, started.id as run_id, request.log_length - jsonb_array_length($4::jsonb) as base
  ), logged as (
    insert into run_log (request_id, position, run_id, event)
    select grown.id, grown.base + entry.ordinal, grown.run_id, entry.event
    from grown cross join jsonb_array_elements($4::jsonb) with ordinality as entry(event, ordinal)
    returning position
  ), ${queuedCte({ source: 'grown', jobs: '$5' })}
  select
    (select count(*)::integer from wanted) as wanted, (select count(*)::integer from started) as started,
    (select count(*)::integer from taken) as taken, ${ANNOUNCE_QUEUED}`;

const BegunRow = z.object({ wanted: z.number(), started: z.number(), taken: z.number() });

/** {@link Conversations.begin} on a database: one statement. */
export function beginRun({ rows }: Database): Conversations['begin'] {
  return async ({ run, takes, log, jobs }) => {
    const [row] = await rows(BegunRow, {
      action: 'Beginning a further run',
      text: BEGIN,
      values: [
        run.requestId,
        storableJson(run),
        takes === 'waiting' ? null : takes.runId,
        storableJson(log),
        jobsParameter(jobs),
      ],
    });
    if (row === undefined || row.wanted === 0) return 'nothing';
    return row.started === 0 ? 'busy' : 'begun';
  };
}
