import type { StormBound } from '../domain/alert/acting.ts';
import type { Incident, IncidentState } from '../domain/alert/incident.ts';
import type { HistoryPage } from './history.ts';

/** What an alert tells of its incident. */
export interface Told {
  readonly alertId: string;
  /** What finds the incident, most telling first: the cause, the tracker's issue. Each is a SHA-256 in hex. */
  readonly keys: readonly [string, ...string[]];
  /** The incident as it is when this alert is the first of it. */
  readonly anew: Incident;
}

/** What may be changed of an incident; absent fields stay as they are. */
export type IncidentPatch = Partial<
  Pick<Incident, 'state' | 'act' | 'reason' | 'account' | 'thread' | 'requestId' | 'merged' | 'releaseSha'>
>;

/** The record of incidents. Errors are those of `store.ts`. */
export interface Incidents {
  /**
   * Puts an alert on record into its incident, which is made when there is none, and gives that as it is now; done again it
   * changes nothing. Releases are noted until the fix was merged.
   */
  group(told: Told): Promise<Incident>;
  /**
   * Begins with an incident as it stands (`round` and `state`), unless its source has begun with as many as `bound` lets it by `now`
   * (ISO 8601 UTC): `storm`. One that has had a request begins its next round. `no` when it stands otherwise by now.
   */
  begin(
    incident: Pick<Incident, 'id' | 'round' | 'state'>,
    by: { readonly act: Incident['act']; readonly bound: StormBound; readonly now: string },
  ): Promise<'begun' | 'storm' | 'no'>;
  /** Pauses an incident in a storm, which is made of `storm` when there is none of its id. */
  pause(incident: Pick<Incident, 'id' | 'state'>, storm: Incident): Promise<void>;
  /** Changes an incident, where it is told only while that stands so (`standing`); false when it stands otherwise by now. */
  note(
    incidentId: string,
    patch: IncidentPatch,
    standing?: { readonly round: number; readonly state?: Incident['state'] },
  ): Promise<boolean>;
  /** Everybody who wants to hear of an incident was told of its request up to this version. */
  told(incidentId: string, requestVersion: number): Promise<void>;
  /**
   * Takes the files of a change for an incident. Gives those that another incident of the same repository has whose request is
   * open, with the page of its issue; none is taken when there are any.
   */
  takePaths(
    incidentId: string,
    paths: readonly string[],
  ): Promise<readonly { readonly path: string; readonly url: string | null }[]>;
  read(incidentId: string): Promise<Incident | undefined>;
  ofRequest(requestId: string): Promise<Incident | undefined>;
  /** Incidents that were paused in a storm, first paused first. */
  pausedIn(stormId: string, countMax: number): Promise<readonly Incident[]>;
  /** A tenant's, or those of it in one state, newest first. */
  list(
    tenantId: string,
    page: HistoryPage & { readonly state?: IncidentState | undefined },
  ): Promise<readonly Incident[]>;
  find(tenantId: string, id: string): Promise<Incident | undefined>;
}
