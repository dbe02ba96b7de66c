import type { Overview } from '../../contracts/http/overview.ts';
import type { Overviews, DayCounts } from '../../ports/overview.ts';
import type { Runtime } from '../../ports/runtime.ts';

/** What summing up needs. */
export interface ViewOverviewDeps {
  readonly store: { readonly overviews: Overviews };
  readonly runtime: Pick<Runtime, 'now'>;
}

const DAY_MS = 86_400_000;
const DATE_CHARACTERS = 10;

/** How things go in a tenant now, and went in the last `days` days, today included (UTC). Throws as the store does. */
export async function viewOverview(deps: ViewOverviewDeps, tenantId: string, days: number): Promise<Overview> {
  const dates = lastDays(deps.runtime.now(), days);
  const counts = await deps.store.overviews.read(tenantId, `${dates[0] ?? ''}T00:00:00.000Z`);
  const byDay = new Map(counts.days.map((day) => [day.day, day]));
  const sum = (pick: (day: DayCounts) => number): number => counts.days.reduce((total, day) => total + pick(day), 0);
  return {
    now: { queued: counts.queued, running: counts.running, awaiting_approval: counts.awaitingApproval },
    days,
    succeeded: sum(({ succeeded }) => succeeded),
    failed: sum(({ failed }) => failed),
    cancelled: sum(({ cancelled }) => cancelled),
    median_sec_to_change: counts.medianSecToChange,
    cost_usd: sum(({ costUsd }) => costUsd),
    by_day: dates.map((day) => ({ day, ...shown(byDay.get(day)) })),
  };
}

function shown(day: DayCounts | undefined) {
  const { succeeded = 0, failed = 0, cancelled = 0, costUsd = 0, tokens = 0 } = day ?? {};
  return { succeeded, failed, cancelled, cost_usd: costUsd, tokens };
}

/** Dates of the last days, today's last. */
function lastDays(now: string, days: number): string[] {
  const today = Date.parse(now.slice(0, DATE_CHARACTERS));
  return Array.from({ length: days }, (_, at) =>
    new Date(today - (days - 1 - at) * DAY_MS).toISOString().slice(0, DATE_CHARACTERS),
  );
}
