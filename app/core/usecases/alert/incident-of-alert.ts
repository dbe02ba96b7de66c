import type { Failure } from '../../domain/alert/failure.ts';
import type { Incident } from '../../domain/alert/incident.ts';
import { failingFiles } from '../../domain/alert/incident-prompt.ts';
import { projectOf, type AlertSource } from '../../domain/alert/source.ts';
import type { RecordedAlert } from '../../ports/alerts.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { uuidOf } from '../intake/derive-id.ts';

type Hashing = Pick<Runtime, 'sha256'>;

/** An alert on record that has a repository, and what else is known of it. */
export interface AlertAtHand {
  readonly source: AlertSource;
  readonly alert: RecordedAlert & { readonly repository: string };
  readonly failure: Failure | null;
}

/** What finds the incident of an alert: the cause comes first, since many issues of a tracker may have one. */
export function keysOf(runtime: Hashing, alert: AlertAtHand['alert']): [string, ...string[]] {
  const scope = `${alert.tenantId}/${alert.source}/${alert.repository}`;
  const issue = runtime.sha256(`${scope}/issue/${alert.issueId}`);
  return alert.cause === null ? [issue] : [runtime.sha256(`${scope}/cause/${alert.cause}`), issue];
}

/** The incident as it is when this alert is the first of it. */
export function incidentOf(runtime: Hashing, { source: watcher, alert, failure }: AlertAtHand): Incident {
  const { tenantId, source, tracker, repository, title, level, environment, issueUrl, createdAt } = alert;
  return {
    id: uuidOf(runtime, `incident/${alert.id}`),
    ...{ tenantId, source, tracker, repository, title, level, environment, issueUrl },
    ...{ kind: 'cause', state: 'recorded', act: 'record', reason: null },
    issueIds: [alert.issueId],
    releases: alert.release === null ? [] : [alert.release],
    releaseSha: null,
    places: failure === null ? [] : failingFiles(failure, projectOf(watcher, alert, failure)?.paths ?? []),
    account: alert.account ?? failure?.errors.at(-1)?.type ?? '',
    ...{ alerts: 0, round: 1, stormId: null, requestId: null, thread: null, merged: null, begunAt: null },
    ...{ createdAt, lastAt: createdAt },
  };
}

/** The storm in which an incident is paused at `now` (ISO 8601 UTC): one a day and repository, so that whoever closed its issue is not told again that day. */
export function stormOf(runtime: Hashing, incident: Incident, now: string): Incident {
  const { tenantId, source, repository } = incident;
  const day = now.slice(0, 'yyyy-mm-dd'.length);
  return {
    ...incident,
    id: uuidOf(runtime, `storm/${tenantId}/${source}/${repository}/${day}`),
    ...{ kind: 'storm', state: 'begun', act: 'record', reason: null, round: 1, alerts: 0 },
    ...{ title: 'Storm', level: null, environment: null, issueIds: [], issueUrl: null },
    ...{ releases: [], releaseSha: null, places: [], account: '' },
    ...{ stormId: null, requestId: null, thread: null, merged: null, begunAt: null },
  };
}
