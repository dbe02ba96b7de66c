import { z } from 'zod';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import type { Runs } from '#core/ports/store.ts';
import type { Database } from '../database/database.ts';
import { ANNOUNCE_QUEUED, jobsParameter, queuedCte } from '../database/jobs-sql.ts';
import { insertRunSql, REQUEST_IN_RUN } from './run-insert.ts';
import { storableJson } from '../database/storable.ts';

const SUBMIT = `
  with asked as (
    insert into request (
      id, delivery_id, tenant_id, provider, installation_id, repo_id, repo_owner, repo_name, thread_kind, thread_number, thread_title,
      thread_body, trigger, link_id, source, sender, requester_id, requester_login, requester_bot, prompt, state, base_ref,
      base_sha, version, created_at, log_length)
    select
      entry.id, $1::uuid, coalesce((
        select owned.tenant_id from tenant_repository as owned
        where owned.provider = entry.repo->>'provider' and owned.repo_id = (entry.repo->>'id')::bigint), '${FIRST_TENANT}'),
      entry.repo->>'provider', (entry.repo->>'installationId')::bigint, (entry.repo->>'id')::bigint,
      entry.repo->>'owner', entry.repo->>'name', entry.thread->>'kind', (entry.thread->>'number')::integer,
      entry.thread->>'title', entry.thread->>'body', nullif(entry.trigger, 'null'), (entry.call->>'linkId')::uuid,
      entry.call->>'source', entry.call->>'sender', (entry.requester->>'id')::bigint,
      entry.requester->>'login', (entry.requester->>'bot')::boolean, entry.prompt, entry.state, entry.base->>'ref',
      entry.base->>'sha', entry.version, entry."createdAt", jsonb_array_length($4::jsonb)
    from jsonb_to_record($2::jsonb) as entry(
      id uuid, repo jsonb, thread jsonb, trigger jsonb, call jsonb, requester jsonb, prompt text, state text, base jsonb,
      version integer, "createdAt" timestamptz)
    on conflict do nothing
    returning ${REQUEST_IN_RUN}
  ), started as (
    ${insertRunSql({ source: 'asked', run: '$3' })}
  ), logged as (
    insert into run_log (request_id, position, run_id, event)
    select started.request_id, entry.position, started.id, entry.event
    from started cross join jsonb_array_elements($4::jsonb) with ordinality as entry(event, position)
    returning position
  ), ${queuedCte({ source: 'started', jobs: '$5' })}
  select asked.id, ${ANNOUNCE_QUEUED} from asked`;

const SubmittedRow = z.object({ id: z.string() });

/** {@link Runs.submit} on a database: one statement; the unique delivery id decides between two that race. */
export function submitRun(database: Database): Runs['submit'] {
  return async ({ deliveryId, request, run, log, jobs }) => {
    const rows = await database.rows(SubmittedRow, {
      action: 'Submitting a run',
      text: SUBMIT,
      values: [deliveryId, storableJson(request), storableJson(run), storableJson(log), jobsParameter(jobs)],
    });
    return rows.length > 0 ? 'submitted' : 'repeated';
  };
}
