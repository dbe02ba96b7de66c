/**
 * What one installation may make on its host: GitHub allows no more than 80 content-generating requests a minute and 500 an
 * hour in general: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export const CREATIONS_PER_MINUTE = 80;
export const CREATIONS_PER_HOUR = 500;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A request may be on its way this long, so that two granted further apart than a window may still arrive within one. */
const ON_ITS_WAY_MS = 10_000;

const WINDOWS = [
  { countMax: CREATIONS_PER_MINUTE, ms: MINUTE_MS + ON_ITS_WAY_MS },
  { countMax: CREATIONS_PER_HOUR, ms: HOUR_MS + ON_ITS_WAY_MS },
];

/** What was granted lately, oldest first, and until when nothing is; milliseconds since the epoch. */
export interface Spent {
  readonly grantedMs: readonly number[];
  readonly closedUntilMs: number;
}

/** One creation is granted, with what to remember of it, or must wait. */
export type Grant =
  | { readonly kind: 'granted'; readonly grantedMs: readonly number[] }
  | { readonly kind: 'wait'; readonly waitMs: number };

/** Decides about one creation: no window of a minute or an hour, wherever it begins, ever holds more than its limit. */
export function grantCreation({ grantedMs, closedUntilMs }: Spent, nowMs: number): Grant {
  // A clock that was set back must not make the past look emptier than it was.
  const atMs = Math.max(nowMs, grantedMs.at(-1) ?? nowMs);
  const readyMs = Math.max(closedUntilMs, ...WINDOWS.map((window) => freeMs(grantedMs, window)));
  if (readyMs > atMs) return { kind: 'wait', waitMs: readyMs - nowMs };
  return { kind: 'granted', grantedMs: [...grantedMs, atMs].slice(-CREATIONS_PER_HOUR) };
}

/** When the window has room again: once the one that fills it is older than it. */
function freeMs(grantedMs: readonly number[], { countMax, ms }: { countMax: number; ms: number }): number {
  const filling = grantedMs.at(-countMax);
  return filling === undefined ? 0 : filling + ms;
}
