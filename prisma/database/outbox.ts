import { z } from 'zod';
import { Jobs, type Job, type JobName } from '#core/contracts/jobs.ts';
import type { Outbox, OutboxEntry } from '#core/ports/store.ts';
import { watchCommits } from './commit-watch.ts';
import type { Database } from './database.ts';
import { ANNOUNCE_QUEUED, jobsParameter, queuedCte } from './jobs-sql.ts';

/** Milliseconds for which taken entries are out of reach of other relays; a queue that needs longer gets them twice, which its ids forgive. */
const TAKE_MS = 30_000;

const TAKE = `
  update outbox set taken_until = now() + ${TAKE_MS} * interval '1 millisecond'
  where position in (
    select position from outbox where taken_until is null or taken_until <= now()
    order by position limit $1 for update skip locked)
  returning position, id, name, payload,
    greatest(0, round(extract(epoch from not_before - now()) * 1000))::integer as delay_ms`;

/** Delivered entries go; those that failed are free at once. */
const FINISH = `
  with delivered as (delete from outbox where position = any($1::bigint[]) returning position),
  freed as (update outbox set taken_until = null where position = any($2::bigint[]) returning position)
  select (select count(*) from delivered) as delivered, (select count(*) from freed) as freed`;

const ENQUEUE = `
  with source as (select 1), ${queuedCte({ source: 'source', jobs: '$1', delay: '$2::double precision' })}
  select ${ANNOUNCE_QUEUED}`;

const EnqueuedRow = z.object({ announced: z.coerce.number() });
const FinishedRow = z.object({ delivered: z.coerce.number() });
const TakenRow = z.object({
  position: z.coerce.string(),
  id: z.string(),
  name: z.string(),
  payload: z.unknown(),
  delay_ms: z.number(),
});
/** Shapes of a stored job, one per name; a job of the contract that is missing here does not compile. */
const STORED: { readonly [Name in JobName]: z.ZodType<Extract<Job, { readonly name: Name }>> } = {
  'handle-delivery': z.object({ name: z.literal('handle-delivery'), payload: Jobs['handle-delivery'] }),
  'execute-run': z.object({ name: z.literal('execute-run'), payload: Jobs['execute-run'] }),
  'report-progress': z.object({ name: z.literal('report-progress'), payload: Jobs['report-progress'] }),
  'continue-request': z.object({ name: z.literal('continue-request'), payload: Jobs['continue-request'] }),
  'follow-incident': z.object({ name: z.literal('follow-incident'), payload: Jobs['follow-incident'] }),
};
const StoredJob = z.union(Object.values(STORED));

interface Taken {
  readonly position: string;
  readonly entry: OutboxEntry;
}

/** A row that this version cannot read (a newer one wrote it) stays taken for the while and is tried again later. */
async function take({ rows }: Database, countMax: number): Promise<Taken[]> {
  const found = await rows(TakenRow, { action: 'Taking outbox entries', text: TAKE, values: [countMax] });
  const taken: Taken[] = [];
  for (const { position, id, name, payload, delay_ms: delayMs } of found) {
    const parsed = StoredJob.safeParse({ name, payload });
    const job: Job | undefined = parsed.data;
    if (job !== undefined) taken.push({ position, entry: { id, job, delayMs } });
  }
  return taken.toSorted((a, b) => Number(a.position) - Number(b.position));
}

/** The outbox on a database. A delayed job leaves it at once, with what is left of its delay: waiting is the queue's work. */
export function openOutbox(database: Database): Outbox {
  return {
    awaitCommit: watchCommits(database),

    async drain(countMax, deliver) {
      const taken = await take(database, countMax);
      if (taken.length === 0) return 0;
      const outcomes = await Promise.allSettled(taken.map(async ({ entry }) => deliver(entry)));
      const positions = (status: 'fulfilled' | 'rejected') =>
        taken.filter((_, index) => outcomes[index]?.status === status).map(({ position }) => position);
      const values = [positions('fulfilled'), positions('rejected')];
      await database.rows(FinishedRow, { action: 'Finishing outbox entries', text: FINISH, values });
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      return outcomes.length;
    },

    async enqueue(jobs, delayMs = 0) {
      if (jobs.length === 0) return;
      const values = [jobsParameter(jobs), delayMs];
      await database.rows(EnqueuedRow, { action: 'Enqueueing jobs', text: ENQUEUE, values });
    },
  };
}
