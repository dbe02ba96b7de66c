import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { Claim } from '#core/domain/run/claim.ts';
import type { Runs } from '#core/ports/store.ts';
import { CLAIM_HOLDS, IS_BEHIND, UNSETTLED } from './claim-fence.ts';
import { viaPrisma, type Database } from '../database/database.ts';
import { ANNOUNCE_QUEUED, jobsParameter, queuedCte } from '../database/jobs-sql.ts';
import { advanceRun } from './run-advance.ts';
import { openRunReads } from './run-reads.ts';
import { submitRun } from './run-submit.ts';
import { requestCancel } from './run-cancel.ts';
import { storedRun } from './stored-run.ts';

/**
 * A queued run has no holder; a held one is free again when its holder has been silent by the database's clock. Runs of one
 * thread take turns; one that is to be cancelled need not wait for that.
 */
const CLAIM = `
  update run set epoch = epoch + 1, claims = claims + 1, holder = $2, heard_at = now(), updated_at = now()
  where id = $1 and status in ${UNSETTLED} and (holder is null or heard_at < now() - $3 * interval '1 millisecond')
    and (cancel_requested or not ${IS_BEHIND})
  returning id`;

const HEARTBEAT = `update run set heard_at = now() where ${CLAIM_HOLDS} returning cancel_requested`;

/** $4 is null for a hand-over, which is no try and starts at once. */
const RELEASE = `
  with held as (
    update run set status = 'queued', holder = null, heard_at = null, claims = claims - 1,
      tries = tries + case when $4::double precision is null then 0 else 1 end,
      updated_at = now(), resume_at = now() + coalesce($4::double precision, 0) * interval '1 millisecond'
    where ${CLAIM_HOLDS} returning run.id, run.request_id
  ), grown as (
    update request set version = request.version + 1, updated_at = now() from held where request.id = held.request_id
    returning request.id
  ), ${queuedCte({ source: 'grown', jobs: '$3', delay: 'coalesce($4::double precision, 0)' })}
  select grown.id, ${ANNOUNCE_QUEUED} from grown`;

const IdRow = z.object({ id: z.string() });
const HeartbeatRow = z.object({ cancel_requested: z.boolean() });

function claimRun(database: Database): Runs['claim'] {
  return async (runId, { holder, silentMs }) => {
    const action = 'Claiming a run';
    const claimed = await database.rows(IdRow, { action, text: CLAIM, values: [runId, holder, silentMs] });
    if (claimed.length === 0) return undefined;
    const row = await viaPrisma(action, () => database.prisma.run.findUnique({ where: { id: runId } }));
    if (row === null) throw new AppError('internal', 'A claimed run is gone', { context: { runId } });
    return storedRun(row);
  };
}

/** Requests and runs on a database; see {@link CLAIM_HOLDS} for what a claim protects. */
export function openRuns(database: Database): Runs {
  return {
    submit: submitRun(database),
    claim: claimRun(database),
    advance: advanceRun(database),
    ...openRunReads(database),

    async heartbeat({ runId, epoch }: Claim) {
      const statement = { action: 'Renewing a claim', text: HEARTBEAT, values: [runId, epoch] };
      const [row] = await database.rows(HeartbeatRow, statement);
      if (row === undefined) return 'lost';
      return row.cancel_requested ? 'cancel' : 'held';
    },

    async release({ runId, epoch }, jobs, retryInMs) {
      const values = [runId, epoch, jobsParameter(jobs), retryInMs ?? null];
      const released = await database.rows(IdRow, { action: 'Releasing a run', text: RELEASE, values });
      return released.length > 0 ? 'released' : 'lost';
    },

    requestCancel: requestCancel(database),
  };
}
