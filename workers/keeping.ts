import type { Keeping } from '#core/usecases/run/forget-old.ts';

const DAY_MS = 86_400_000;

/** How long what is kept, by the variables of that name. */
export function keepingOf(config: {
  readonly KEEP_DELIVERIES_DAYS: number;
  readonly KEEP_MODEL_CALLS_DAYS: number;
  readonly KEEP_LOGS_DAYS: number;
  readonly KEEP_ALERTS_DAYS: number;
  readonly KEEP_RUNS_DAYS?: number | undefined;
}): Keeping {
  const runs = config.KEEP_RUNS_DAYS;
  return {
    deliveriesMs: config.KEEP_DELIVERIES_DAYS * DAY_MS,
    callsMs: config.KEEP_MODEL_CALLS_DAYS * DAY_MS,
    logsMs: config.KEEP_LOGS_DAYS * DAY_MS,
    alertsMs: config.KEEP_ALERTS_DAYS * DAY_MS,
    runsMs: runs === undefined ? null : runs * DAY_MS,
  };
}
