/** The error trackers whose alerts are taken. */
export const TRACKERS = ['sentry', 'glitchtip'] as const;
export type Tracker = (typeof TRACKERS)[number];

/** Whether a delivery came from an error tracker. */
export function isTracker(sender: string): sender is Tracker {
  return TRACKERS.some((tracker) => tracker === sender);
}

/**
 * Why a tracker tells of an issue: a rule fired, it is new, it came back after it was resolved, it happens far more often
 * than before, people resolved it, or opened it again.
 */
export const OCCASIONS = ['fired', 'created', 'regressed', 'escalating', 'resolved', 'reopened'] as const;
export type Occasion = (typeof OCCASIONS)[number];

/**
 * One issue of an error tracker as a delivery tells of it. Everything in it was written by whoever could make the watched
 * program fail, so it is data of the lowest trust; what the tracker did not say is null.
 */
export interface Alert {
  readonly occasion: Occasion;
  /** The tracker's own id of the issue. */
  readonly issueId: string;
  /** Its page, where people look at it; on the tracker's own origin. */
  readonly issueUrl: string | null;
  /** The tracker's name, slug or number of the project, whichever it told. */
  readonly projects: readonly string[];
  readonly title: string;
  readonly level: string | null;
  readonly environment: string | null;
  readonly release: string | null;
}

/** What a delivery of a tracker says: alerts, or nothing for us with the reason. */
export type AlertReading =
  | { readonly kind: 'alerts'; readonly alerts: readonly Alert[] }
  | { readonly kind: 'ignored'; readonly reason: string };
