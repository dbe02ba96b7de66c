import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Reports } from '#core/ports/reports.ts';
import type { Database } from '../database/database.ts';

const ACQUIRE = `
  update request set report_holder = $2, report_lease_until = now() + $3 * interval '1 millisecond'
  where id = $1 and (report_lease_until is null or report_lease_until <= now())
  returning reported_version, reported_at`;

const RELEASE = `
  update request set report_holder = null, report_lease_until = null,
    reported_version = greatest(reported_version, least(coalesce($3::integer, 0), version)),
    reported_at = case when $3::integer is null then reported_at else now() end
  where id = $1 and report_holder = $2 returning id`;

const LeaseRow = z.object({ reported_version: z.number(), reported_at: z.date().nullable() });

/**
 * Report leases on a database, by its clock. Each acquisition gets a holder of its own (the given name and a random part),
 * so that two reports in one process exclude each other too, and a late release cannot end the lease of a successor.
 */
export function openReports({ rows }: Database): Reports {
  return {
    async acquire(requestId, by) {
      const holder = `${by.holder}/${randomUUID()}`;
      const values = [requestId, holder, by.leaseMs];
      const [row] = await rows(LeaseRow, { action: 'Taking a report lease', text: ACQUIRE, values });
      if (row === undefined) return undefined;
      return {
        requestId,
        holder,
        reportedVersion: row.reported_version,
        reportedAt: row.reported_at?.toISOString() ?? null,
      };
    },
    async release({ requestId, holder }, shown) {
      const values = [requestId, holder, shown?.version ?? null];
      await rows(z.object({ id: z.string() }), { action: 'Ending a report lease', text: RELEASE, values });
    },
  };
}
