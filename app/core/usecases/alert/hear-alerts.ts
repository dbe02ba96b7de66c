import type { Alert } from '../../domain/alert/alert.ts';
import { causeOf } from '../../domain/alert/cause.ts';
import type { Failure } from '../../domain/alert/failure.ts';
import { incidentText } from '../../domain/alert/incident-prompt.ts';
import { projectOf, type AlertSource } from '../../domain/alert/source.ts';
import { AppError } from '../../domain/errors.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { AlertReader, Alerts, RecordedAlert } from '../../ports/alerts.ts';
import type { Delivery } from '../../ports/store.ts';
import type { Trackers } from '../../ports/trackers.ts';
import type { Arrived } from '../command/commander.ts';
import { uuidOf } from '../intake/derive-id.ts';
import { actOnAlert, type ActOnAlertDeps } from './act-on-alert.ts';
import { askingOnce } from './asking-once.ts';

/** What hearing alerts needs. */
export type HearAlertsDeps = ActOnAlertDeps & {
  readonly store: { readonly alerts: Pick<Alerts, 'record' | 'conclude'> };
  readonly alertSources: ReadonlyMap<string, AlertSource>;
  readonly alertReader: AlertReader;
  readonly trackers: Trackers;
  readonly redactor: Redactor;
};

/** A tracker names as many issues in one delivery as its rule found; one that names more is cut there. */
const ALERTS_MAX = 100;
const TITLE_CHARS_MAX = 500;
const RECORDED = 'On record.';

/**
 * Puts on record what a delivery of an error tracker tells, what the tracker knows of each issue, and which repository each is
 * about. What the tracker does not say is done without. Doing it twice changes nothing. Gives what became of the delivery.
 * @throws AppError `unavailable` when the database is away.
 */
export async function hearAlerts(
  deps: HearAlertsDeps,
  { event, body }: Pick<Delivery, 'event' | 'body'>,
  { deliveryId, receivedAt }: Pick<Arrived, 'deliveryId' | 'receivedAt'>,
): Promise<string> {
  const [sourceId = '', resource = ''] = event.split(':');
  const source = deps.alertSources.get(sourceId);
  if (source === undefined) return `ignored: no source ${sourceId} is configured`;
  const reading = read(deps, source, { resource, body });
  if (reading.kind === 'ignored') return `ignored: ${reading.reason}`;
  const ask = askingOnce(deps.trackers, source);
  const heard: { readonly alert: RecordedAlert; readonly failure: Failure | null }[] = [];
  for (const [position, alert] of reading.alerts.slice(0, ALERTS_MAX).entries()) {
    const id = uuidOf(deps.runtime, `alert/${deliveryId}/${position}`);
    // What is over needs no account of how it failed.
    const asked = alert.occasion === 'resolved' ? { failure: null, silence: null } : await ask(alert.issueId);
    const record = recordOf(deps.redactor, alert, { source, id, createdAt: receivedAt, ...asked });
    heard.push({ alert: record, failure: asked.failure });
  }
  const recorded = heard.map((one) => one.alert);
  if ((await deps.store.alerts.record(deliveryId, recorded)) === 'nobodys')
    return `ignored: the source ${source.id} is of tenant ${source.tenant}, which is not there`;
  for (const one of heard) await act(deps, source, one);
  const unrouted = recorded.filter(({ repository }) => repository === null).length;
  return `${recorded.length} alert${recorded.length === 1 ? '' : 's'} recorded, ${unrouted} without a repository`;
}

/** What is over asks for nothing, and what has no repository cannot be mended. */
async function act(
  deps: HearAlertsDeps,
  source: AlertSource,
  { alert, failure }: { alert: RecordedAlert; failure: Failure | null },
): Promise<void> {
  const { repository } = alert;
  if (repository === null || alert.occasion === 'resolved') return;
  const outcome = await actOnAlert(deps, { source, alert: { ...alert, repository }, failure });
  const silence = alert.outcome === RECORDED ? '' : ` ${alert.outcome.slice(RECORDED.length).trim()}`;
  await deps.store.alerts.conclude(alert.id, `${outcome}${silence}`);
}

function read(
  deps: HearAlertsDeps,
  source: AlertSource,
  delivery: { resource: string; body: Uint8Array },
): ReturnType<AlertReader['readAlerts']> {
  try {
    return deps.alertReader.readAlerts(source, delivery);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'invalid') return { kind: 'ignored', reason: thrown.message };
    throw thrown;
  }
}

function recordOf(
  redactor: Redactor,
  alert: Alert,
  from: { source: AlertSource; id: string; createdAt: string; failure: Failure | null; silence: string | null },
): RecordedAlert {
  const { source, failure, silence } = from;
  const project = projectOf(source, alert, failure);
  const repository = project === undefined ? null : `${project.provider}:${project.repository}`;
  const account = incidentText({ alert, failure, paths: project?.paths ?? [] });
  const cause = failure === null ? undefined : causeOf(failure);
  const outcome = repository === null ? 'No repository is configured for its project, so nothing was begun.' : RECORDED;
  return {
    ...alert,
    title: redactor.redact(alert.title).slice(0, TITLE_CHARS_MAX),
    environment: failure?.environment ?? alert.environment,
    release: failure?.release ?? alert.release,
    id: from.id,
    tenantId: source.tenant,
    source: source.id,
    tracker: source.tracker,
    repository,
    cause: cause === undefined ? null : redactor.redact(cause),
    account: alert.occasion === 'resolved' ? null : redactor.redact(account),
    outcome: silence === null ? outcome : `${outcome} ${silence}`,
    createdAt: from.createdAt,
  };
}
