import { ALERT_ACTOR_ID, type Actor } from '../host/repo.ts';
import type { Act } from './acting.ts';
import type { Tracker } from './alert.ts';

/**
 * Where an incident stands. `recorded`: known, nothing is done about it. `paused`: it came in a storm. `begun`: it has a request,
 * or is about to have one. `merged`: its change was merged. `closed`: people ended it without one.
 */
export const INCIDENT_STATES = ['recorded', 'paused', 'begun', 'merged', 'closed'] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** The commit by which a fix came into the base branch. `at` is ISO 8601 UTC. */
export interface MergedAs {
  readonly sha: string;
  readonly at: string;
}

/**
 * The alerts of one cause in one repository, with at most one request at a time; or a storm of causes, which has an issue and no
 * request. What it says of the failure is what strangers wrote, as in an alert.
 */
export interface Incident {
  readonly id: string;
  readonly tenantId: string;
  readonly source: string;
  readonly tracker: Tracker;
  /** `github:owner/name`, as configured. */
  readonly repository: string;
  readonly kind: 'cause' | 'storm';
  readonly state: IncidentState;
  readonly act: Act;
  /** Why nothing, or less than was configured, is done about it; null when nothing stands against it. */
  readonly reason: string | null;
  readonly title: string;
  readonly level: string | null;
  readonly environment: string | null;
  /** The tracker's issues with this cause, first seen first. */
  readonly issueIds: readonly string[];
  /** Page of the first of them. */
  readonly issueUrl: string | null;
  /** Releases in which it happened before its fix was merged. */
  readonly releases: readonly string[];
  /** The commit that the newest failing release was built of; null where nobody knows. */
  readonly releaseSha: string | null;
  /** Files of the repository in which it fails, innermost first. */
  readonly places: readonly string[];
  /** What is known of the failure, for whoever is to mend it. */
  readonly account: string;
  /** How many alerts told of it. */
  readonly alerts: number;
  /** 1 for the first request, and one more each time it came back after its fix. */
  readonly round: number;
  /** The storm in which it was paused. */
  readonly stormId: string | null;
  /** The request of the present round, or that of the one before while a next one was put off; noted just before it is made. */
  readonly requestId: string | null;
  /** The issue on the Git host in which people decide. */
  readonly thread: { readonly number: number; readonly url: string } | null;
  readonly merged: MergedAs | null;
  /** ISO 8601 UTC: when it was begun with last; null before that. */
  readonly begunAt: string | null;
  /** ISO 8601 UTC, as is `lastAt`. */
  readonly createdAt: string;
  readonly lastAt: string;
}

/** Who asks for what an incident of a source asks for: nobody. */
export function alertActor({ source }: Pick<Incident, 'source'>): Actor {
  return { id: ALERT_ACTOR_ID, login: `alerts of ${source}`, bot: true };
}

/** A commit id in the name of a release: all of it, or behind `@`, `+` or `-`, as build tools write it. At least seven digits. */
const COMMIT = /(?:^|[@+-])([0-9a-f]{7,40})$/i;

/** The commit that a release names itself; undefined where it names none. */
export function commitIn(release: string | null): string | undefined {
  const named = COMMIT.exec(release ?? '')?.[1]?.toLowerCase();
  // A date or a build number is all digits; a commit nearly never is.
  return named === undefined || /^\d+$/.test(named) ? undefined : named;
}

/**
 * Whether a failure came back in a release that has the fix. `isFixWithin` is what the host says of the release's commit; where
 * nobody knows that commit, the tracker is believed when it says that the issue came back, and else a release is taken to have the
 * fix when the failure was never seen in it before the fix was merged.
 */
export function isRegression(
  { releases }: Pick<Incident, 'releases'>,
  alert: { readonly occasion: string; readonly release: string | null },
  isFixWithin: boolean | undefined,
): boolean {
  if (isFixWithin !== undefined) return isFixWithin;
  if (alert.occasion === 'regressed' || alert.occasion === 'reopened') return true;
  return alert.release !== null && !releases.includes(alert.release);
}
