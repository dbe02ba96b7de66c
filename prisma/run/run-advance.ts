import { z } from 'zod';
import { RunLogEvent } from '#core/contracts/run-log.ts';
import type { Runs } from '#core/ports/store.ts';
import { CLAIM_HOLDS } from './claim-fence.ts';
import type { Database } from '../database/database.ts';
import { ANNOUNCE_QUEUED, jobsParameter, queuedCte } from '../database/jobs-sql.ts';
import { storableJson } from '../database/storable.ts';

/** `column = the patch's member if it has one, else itself`; a member may be null. */
function patched(column: string, member: string, read: (from: string) => string): string {
  return `${column} = case when patch.p ? '${member}' then ${read(`'${member}'`)} else run.${column} end`;
}

const text = (member: string): string => `patch.p->>${member}`;
const json = (member: string): string => `nullif(patch.p->${member}, 'null')`;
const number = (member: string): string => `(patch.p->>${member})::double precision`;
const time = (member: string): string => `(patch.p->>${member})::timestamptz`;

/**
 * The run's row is locked first and the request's second, everywhere. The request's lock is held until the commit, so the
 * positions that the second update hands out become visible in their order.
 */
const ADVANCE = `
  with held as (
    update run set
      ${patched('status', 'status', text)},
      ${patched('provisioner', 'provisioner', text)},
      ${patched('final_message', 'finalMessage', text)},
      ${patched('usage', 'usage', json)},
      ${patched('commands', 'commands', json)},
      ${patched('failure', 'failure', json)},
      ${patched('change', 'change', json)},
      ${patched('pushed', 'pushed', json)},
      ${patched('cost_usd', 'costUsd', number)},
      ${patched('blocked', 'blocked', json)},
      ${patched('saved_branch', 'savedBranch', text)},
      ${patched('proof', 'proof', json)},
      ${patched('plan', 'plan', text)},
      ${patched('awaiting', 'awaiting', json)},
      ${patched('started_at', 'startedAt', time)},
      ${patched('finished_at', 'finishedAt', time)},
      heard_at = now(),
      updated_at = now()
    from (select $3::jsonb as p) as patch
    where ${CLAIM_HOLDS}
    returning run.id, run.request_id
  ), grown as (
    update request set
      version = request.version + 1,
      state = coalesce($4::text, request.state),
      log_length = request.log_length + jsonb_array_length($5::jsonb),
      updated_at = now()
    from held where request.id = held.request_id
    returning request.id, held.id as run_id, request.log_length - jsonb_array_length($5::jsonb) as base
  ), logged as (
    insert into run_log (request_id, position, run_id, event)
    select grown.id, grown.base + entry.ordinal, grown.run_id, entry.event
    from grown cross join jsonb_array_elements($5::jsonb) with ordinality as entry(event, ordinal)
    returning position
  ), kept as (
    insert into run_result (run_id, patch, session_thread_id, session_record, unfinished)
    select grown.run_id, $7::bytea, $8::text, $9::bytea, $11::bytea from grown where $10::boolean
    on conflict (run_id) do update set
      patch = excluded.patch, session_thread_id = excluded.session_thread_id,
      session_record = excluded.session_record, unfinished = excluded.unfinished, kept_at = now()
    returning run_id
  ), ${queuedCte({ source: 'grown', jobs: '$6' })}
  select grown.base, ${ANNOUNCE_QUEUED} from grown`;

const AdvancedRow = z.object({ base: z.number() });
const Log = z.array(RunLogEvent);

/** {@link Runs.advance} on a database: one statement, fenced by {@link CLAIM_HOLDS}; also renews the claim. */
export function advanceRun(database: Database): Runs['advance'] {
  return async (claim, step) => {
    const log = storableJson(step.log ?? []);
    const rows = await database.rows(AdvancedRow, {
      action: 'Advancing a run',
      text: ADVANCE,
      values: [
        claim.runId,
        claim.epoch,
        storableJson(step.run ?? {}),
        step.request ?? null,
        log,
        jobsParameter(step.jobs ?? []),
        step.result?.patch ?? null,
        step.result?.session?.threadId ?? null,
        step.result?.session?.record ?? null,
        step.result !== undefined,
        step.result?.unfinished ?? null,
      ],
    });
    const placed = rows[0];
    if (placed === undefined) return 'lost';
    return Log.parse(JSON.parse(log)).map((event, index) => ({ position: placed.base + index + 1, event }));
  };
}
