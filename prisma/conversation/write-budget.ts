import { z } from 'zod';
import { grantCreation } from '#core/domain/rules/write-budget.ts';
import type { BudgetOwner, WriteBudget } from '#core/ports/write-budget.ts';
import type { Database } from '../database/database.ts';

/** More workers than this never meet in one moment again and again. */
const MEETINGS_MAX = 50;
const BUSY_WAIT_MS = 1_000;

/** Always one row, also for an installation that never made anything. */
const READ = `
  select coalesce(budget.granted, '[]'::jsonb) as "grantedMs", coalesce(budget.version, 0) as version,
    (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs",
    coalesce(extract(epoch from budget.closed_until) * 1000, 0)::float8 as "closedUntilMs"
  from (values (1)) as one(n) left join write_budget as budget on budget.provider = $1 and budget.installation_id = $2`;

/** Takes nothing when anybody else took or closed since the row was read. */
const WRITE = `
  insert into write_budget (provider, installation_id, granted, version) values ($1, $2, $3::jsonb, 1)
  on conflict (provider, installation_id) do update set granted = excluded.granted, version = write_budget.version + 1
    where write_budget.version = $4
  returning version`;

const CLOSE = `
  insert into write_budget (provider, installation_id, granted, version, closed_until)
  values ($1, $2, '[]'::jsonb, 1, now() + $3 * interval '1 millisecond')
  on conflict (provider, installation_id) do update set version = write_budget.version + 1,
    closed_until = greatest(write_budget.closed_until, excluded.closed_until)
  returning version`;

const BudgetRow = z.object({
  grantedMs: z.array(z.number()),
  version: z.number(),
  nowMs: z.number(),
  closedUntilMs: z.number(),
});
const VersionRow = z.object({ version: z.number() });

/** The budget on a database. Calls of one process wait for each other, so that only processes ever meet. */
export function openWriteBudget({ rows }: Database): WriteBudget {
  let last: Promise<unknown> = Promise.resolve();
  const attempt = async (owner: BudgetOwner): ReturnType<WriteBudget['take']> => {
    const key = [owner.provider, owner.installationId];
    for (let meetings = 0; meetings < MEETINGS_MAX; meetings += 1) {
      const [spent] = await rows(BudgetRow, { action: 'Reading the write budget', text: READ, values: key });
      if (spent === undefined) break;
      const grant = grantCreation(spent, spent.nowMs);
      if (grant.kind === 'wait') return grant;
      const values = [...key, JSON.stringify(grant.grantedMs), spent.version];
      const written = await rows(VersionRow, { action: 'Taking from the write budget', text: WRITE, values });
      if (written.length > 0) return { kind: 'granted' };
    }
    return { kind: 'wait', waitMs: BUSY_WAIT_MS };
  };
  return {
    take(owner) {
      const taking = last.then(() => attempt(owner));
      last = taking.catch(() => undefined);
      return taking;
    },
    async close({ provider, installationId }, ms) {
      const values = [provider, installationId, ms];
      await rows(VersionRow, { action: 'Closing the write budget', text: CLOSE, values });
    },
  };
}
