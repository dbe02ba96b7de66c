import type { Alert, AlertReading, Tracker } from '../domain/alert/alert.ts';
import type { AlertSource } from '../domain/alert/source.ts';
import type { HistoryPage } from './history.ts';

/** An alert on record. */
export interface RecordedAlert extends Alert {
  readonly id: string;
  readonly tenantId: string;
  readonly source: string;
  readonly tracker: Tracker;
  /** Where it is to be mended, `github:owner/name`; null when no repository is known for it. */
  readonly repository: string | null;
  /** What alerts of one cause have in common; null where it is not known. */
  readonly cause: string | null;
  /** What is known of it, for whoever is to mend it; null for one that asks for nothing. */
  readonly account: string | null;
  /** What became of it, in words. */
  readonly outcome: string;
  /** ISO 8601 UTC: when its delivery arrived. */
  readonly createdAt: string;
}

/** An alert as it is read again. */
export interface ListedAlert extends RecordedAlert {
  /** Which incident it belongs to; null while it belongs to none. */
  readonly incidentId: string | null;
}

/** The record of alerts. Errors are those of `store.ts`. */
export interface Alerts {
  /** Writes the alerts of a delivery, all of one tenant; done again it changes nothing. `nobodys`: there is no such tenant. */
  record(deliveryId: string, alerts: readonly RecordedAlert[]): Promise<'recorded' | 'nobodys'>;
  /** Notes what became of an alert. */
  conclude(id: string, outcome: string): Promise<void>;
  /** A tenant's, or those of one incident of it, newest first. */
  list(
    tenantId: string,
    page: HistoryPage & { readonly incidentId?: string | undefined },
  ): Promise<readonly ListedAlert[]>;
  find(tenantId: string, id: string): Promise<ListedAlert | undefined>;
}

/** Reads what error trackers send. */
export interface AlertReader {
  /** @throws AppError `invalid` for a body that is not what its resource says. */
  readAlerts(source: AlertSource, delivery: { readonly resource: string; readonly body: Uint8Array }): AlertReading;
}

/** The event of a tracker's delivery on record: the source's id and what the tracker calls the kind of its hook. */
export function alertEvent(sourceId: string, resource: string): string {
  return `${sourceId}:${resource}`;
}
