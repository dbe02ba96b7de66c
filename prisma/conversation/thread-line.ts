import { z } from 'zod';
import type { Conversations } from '#core/ports/conversations.ts';
import { UNSETTLED } from '../run/claim-fence.ts';
import type { Database } from '../database/database.ts';
import { IN_THREAD } from '../run/run-cancel.ts';

const SAME_THREAD = `other.provider = own.provider and other.repo_id = own.repo_id
  and other.thread_kind = own.thread_kind and other.thread_number = own.thread_number`;

const AHEAD = `
  select count(*)::integer as count from run
  join request as own on own.id = run.request_id
  join request as other on ${SAME_THREAD}
  join run as earlier on earlier.request_id = other.id and earlier.status in ${UNSETTLED}
    and (earlier.created_at, earlier.id) < (run.created_at, run.id)
  where run.id = $1`;

const LINE = `
  with line as (
    select run.id, run.request_id, run.created_at from request as own
    join request as other on ${SAME_THREAD}
    join run on run.request_id = other.id and run.status = 'queued'
    where own.id = $1
  ), grown as (
    update request set version = request.version + 1, updated_at = now() from line where request.id = line.request_id
    returning request.id
  )
  select line.id as run_id, line.request_id from line join grown on grown.id = line.request_id
  order by line.created_at, line.id`;

/**
 * A further run belongs to the person whose words it took, a first one to the requester. A pull request that a request opened
 * is its thread too, and a person is the same one in every repository of the host.
 */
const COUNT = `
  with lately as (
    select run.created_at, request.repo_id, ${IN_THREAD} as here, coalesce(
      (select message.actor_id from message where message.run_id = run.id order by message.created_at limit 1),
      request.requester_id) as person
    from run join request on request.id = run.request_id
    where request.provider = $1 and run.created_at > now() - interval '1 day'
  )
  select
    count(*) filter (where coalesce(here, false) and created_at > now() - interval '1 hour')::integer as "threadHour",
    count(*) filter (where person = $5)::integer as "personDay",
    count(*) filter (where repo_id = $2)::integer as "repositoryDay"
  from lately`;

const CountRow = z.object({ count: z.number() });
const LineRow = z.object({ run_id: z.string(), request_id: z.string() });
const CountsRow = z.object({ threadHour: z.number(), personDay: z.number(), repositoryDay: z.number() });

/** The part of {@link Conversations} that is about turns and how many there were. */
export function openThreadLine({ rows }: Database): Pick<Conversations, 'ahead' | 'line' | 'count'> {
  return {
    async ahead(runId) {
      const [row] = await rows(CountRow, { action: 'Reading the place in line', text: AHEAD, values: [runId] });
      return row?.count ?? 0;
    },
    async line(requestId) {
      const found = await rows(LineRow, { action: 'Reading the line', text: LINE, values: [requestId] });
      return found.map(({ run_id, request_id }) => ({ runId: run_id, requestId: request_id }));
    },
    async count({ thread, actorId }) {
      const values = [thread.provider, thread.repoId, thread.kind ?? null, thread.number ?? null, actorId];
      const [row] = await rows(CountsRow, { action: 'Counting runs', text: COUNT, values });
      return row ?? { threadHour: 0, personDay: 0, repositoryDay: 0 };
    },
  };
}
