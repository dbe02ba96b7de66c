import type { HookRecord } from './hook-records.ts';

// https://docs.gitlab.com/user/project/integrations/webhooks/#auto-disabled-webhooks: four failures in a row pause a
// hook for a minute, each further one doubles that up to a day, and the fortieth disables it for good.
const FAILURES_TOLERATED = 3;
const FAILURES_MAX = 39;
const PAUSE_MS = 60_000;
const PAUSE_MAX_MS = 86_400_000;

/** GitLab's `alert_status` of a hook. */
export type AlertStatus = 'executable' | 'temporarily_disabled' | 'disabled';

/** Whether a hook is called at a moment, in milliseconds since the epoch. */
export function alertStatus(hook: HookRecord, nowMs: number): AlertStatus {
  if (hook.failures > FAILURES_MAX) return 'disabled';
  const paused = hook.disabledUntil !== undefined && hook.disabledUntil >= nowMs;
  return paused && hook.failures > FAILURES_TOLERATED ? 'temporarily_disabled' : 'executable';
}

/** Counts an outcome: a success forgives all, a failure of any kind brings the pause closer. */
export function countOutcome(hook: HookRecord, succeeded: boolean, nowMs: number): void {
  if (succeeded) {
    hook.failures = 0;
    hook.disabledUntil = undefined;
    return;
  }
  const doublings = hook.failures - FAILURES_TOLERATED;
  hook.failures += 1;
  if (doublings >= 0) hook.disabledUntil = nowMs + Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** doublings);
}
