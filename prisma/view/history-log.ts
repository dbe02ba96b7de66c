import { z } from 'zod';
import { inTurn } from '#core/domain/in-turn.ts';
import type { History } from '#core/ports/history.ts';
import type { Database } from '../database/database.ts';
import { UNDER_WAY } from '../run/claim-fence.ts';

/** An id is that of a run or of a request, and never of both. */
const STANDING = `
  select run.request_id, run.id as run_id, run.status not in ${UNDER_WAY} as is_over, request.log_pruned_to,
    run.log_pruned_at is not null as is_pruned
  from run join request on request.id = run.request_id
  where run.tenant_id = $1 and run.id = $2::uuid
  union all
  select request.id, null, not exists (
      select from run where run.request_id = request.id and run.status in ${UNDER_WAY}), request.log_pruned_to, true
  from request where request.tenant_id = $1 and request.id = $2::uuid`;

const StandingRow = z
  .object({
    request_id: z.string(),
    run_id: z.string().nullable(),
    is_over: z.boolean(),
    log_pruned_to: z.number(),
    is_pruned: z.boolean(),
  })
  .transform((row) => ({
    requestId: row.request_id,
    runId: row.run_id,
    isOver: row.is_over,
    prunedTo: row.is_pruned ? row.log_pruned_to : 0,
  }));

/** All who follow look at the same moments; connections are left for all else. */
const READERS_MAX = 2;

/** {@link History.log} on a database: one statement, which reads neither diffs nor conversations. */
export function readLogStanding({ rows }: Database): History['log'] {
  const turn = inTurn(READERS_MAX);
  return async (tenantId, id) => {
    if (!z.uuid().safeParse(id).success) return undefined;
    const look = { action: 'Looking at a log', text: STANDING, values: [tenantId, id] };
    const [standing] = await turn(() => rows(StandingRow, look));
    return standing;
  };
}
