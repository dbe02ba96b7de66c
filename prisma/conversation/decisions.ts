import { z } from 'zod';
import { approvalOf, type Conversations } from '#core/ports/conversations.ts';
import type { Database } from '../database/database.ts';
import { ANNOUNCE_QUEUED, jobsParameter, queuedCte } from '../database/jobs-sql.ts';
import { storableJson, storableText } from '../database/storable.ts';

const QUEUED_AGAIN = `
  status = 'queued', holder = null, heard_at = null, resume_at = null, claims = greatest(claims - 1, 0), updated_at = now()`;

/** Of two that decide at once the second finds that nothing waits any more, since the row is looked at again once it is free. */
const DECIDE = `
  with decided as (
    update run set ${QUEUED_AGAIN},
      approved = case when $3 = 'approve' then $4::jsonb else approved end,
      cancel_requested = cancel_requested or $3 = 'reject',
      cancel_reason = case when $3 = 'reject' then $5 else cancel_reason end
    where run.id = $1 and status = 'awaiting_approval' and awaiting = $6::jsonb
      and not exists (select from approval where approval.delivery_id = $2::uuid)
    returning run.id, run.request_id
  ), noted as (
    insert into approval (
      id, run_id, delivery_id, decision, subject, digest, policy_version, actor_id, actor_login, reason)
    select $7::uuid, decided.id, $2::uuid, $3, $6::jsonb->>'subject', $6::jsonb->>'digest', $6::jsonb->>'policyVersion',
      $8, $9, $5
    from decided returning id
  ), grown as (
    update request set version = request.version + 1, updated_at = now() from decided where request.id = decided.request_id
    returning request.id
  ), ${queuedCte({ source: 'grown', jobs: '$10' })}
  select (select count(*)::integer from decided) as decided, ${ANNOUNCE_QUEUED}`;

const REOPEN = `
  with reopened as (
    update run set ${QUEUED_AGAIN}, awaiting = null, approved = null
    where run.id = $1 and status = 'awaiting_approval' returning run.id, run.request_id
  ), grown as (
    update request set version = request.version + 1, updated_at = now() from reopened where request.id = reopened.request_id
    returning request.id
  ), ${queuedCte({ source: 'grown', jobs: '$2' })}
  select grown.id, ${ANNOUNCE_QUEUED} from grown`;

/** Asked anew: a call for the same delivery that was at work at the same time shows only now. */
const DECIDED_BEFORE = 'select id from approval where delivery_id = $1::uuid';

const DecidedRow = z.object({ decided: z.number() });
const IdRow = z.object({ id: z.string() });

/** The part of {@link Conversations} that is about approvals; each decision is one statement and stays on record. */
export function openDecisions({ rows }: Database): Pick<Conversations, 'decide' | 'reopen'> {
  return {
    async decide(decision, jobs) {
      const { id, deliveryId, runId, about, actor, reason } = decision;
      const [row] = await rows(DecidedRow, {
        action: 'Deciding about a run',
        text: DECIDE,
        values: [
          runId,
          deliveryId,
          decision.decision,
          storableJson(approvalOf(decision)),
          storableText(reason),
          storableJson(about),
          id,
          actor.id,
          actor.login,
          jobsParameter(jobs),
        ],
      });
      if (row?.decided === 1) return 'decided';
      const again = { action: 'Deciding about a run', text: DECIDED_BEFORE, values: [deliveryId] };
      return (await rows(IdRow, again)).length > 0 ? 'repeated' : 'changed';
    },
    async reopen(runId, jobs) {
      const values = [runId, jobsParameter(jobs)];
      const reopened = await rows(IdRow, { action: 'Reopening a run', text: REOPEN, values });
      return reopened.length > 0;
    },
  };
}
