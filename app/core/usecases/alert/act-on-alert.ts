import { decide } from '../../domain/alert/acting.ts';
import { commitIn, isRegression, type Incident } from '../../domain/alert/incident.ts';
import { AppError } from '../../domain/errors.ts';
import type { ChangeHistory } from '../../ports/host/change-history.ts';
import type { RepositoryFinder } from '../../ports/host/vcs.ts';
import type { Incidents } from '../../ports/incidents.ts';
import type { Conversations } from '../../ports/conversations.ts';
import type { TrackerDesk } from '../../ports/trackers.ts';
import type { Outbox } from '../../ports/store.ts';
import { splitRepository } from '../../domain/alert/repository-name.ts';
import { incidentOf, keysOf, stormOf, type AlertAtHand } from './incident-of-alert.ts';
import { resolveIssue, type ResolveIssueDeps } from './resolve-issue.ts';
import { callForIncident, type CallForIncidentDeps } from './call-for-incident.ts';

/** Until what a storm paused is listed. */
const LIST_AFTER_MS = 5_000;

/** What acting on alerts needs. */
export type ActOnAlertDeps = CallForIncidentDeps &
  ResolveIssueDeps & {
    readonly store: {
      readonly incidents: Incidents;
      readonly conversations: Pick<Conversations, 'changeOf'>;
      readonly outbox: Outbox;
    };
    readonly host: ChangeHistory & RepositoryFinder;
    readonly trackerDesk: Pick<TrackerDesk, 'releaseCommit' | 'resolve'>;
  };

/**
 * Puts an alert into its incident and decides what is done about that: nothing, wait for a storm to pass, or call for an issue and a
 * request. Doing it twice changes nothing. Gives what became of the alert, in words.
 * @throws AppError as the store, and retryable when a host does not say whether a release has a fix.
 */
export async function actOnAlert(deps: ActOnAlertDeps, at: AlertAtHand): Promise<string> {
  const { alert } = at;
  const incident = await deps.store.incidents.group({
    alertId: alert.id,
    keys: keysOf(deps.runtime, alert),
    anew: incidentOf(deps.runtime, at),
  });
  switch (incident.state) {
    case 'begun':
      // Who was cut off between beginning and calling calls again.
      if (incident.requestId === null) await callForIncident(deps, incident, null);
      return 'It belongs to an incident that is being seen to.';
    case 'merged':
      return afterMerge(deps, at, incident);
    case 'closed':
      if (alert.occasion !== 'regressed' && alert.occasion !== 'reopened')
        return 'It belongs to an incident that people have closed.';
      return beginUnlessKept(deps, at, incident);
    case 'paused':
      if (incident.merged !== null) return afterMerge(deps, at, incident);
      return beginUnlessKept(deps, at, incident);
    case 'recorded':
      return beginUnlessKept(deps, at, incident);
  }
}

/** A failure in a release without the fix is no news. */
async function afterMerge(deps: ActOnAlertDeps, at: AlertAtHand, incident: Incident): Promise<string> {
  const { alert } = at;
  const sha = await releaseCommit(deps, at);
  const isFixWithin = await hasFix(deps, incident, sha);
  if (!isRegression(incident, alert, isFixWithin)) {
    await resolveAgain(deps, at);
    return 'It belongs to an incident whose fix was merged, in a release that does not have it yet.';
  }
  return beginUnlessKept(deps, at, incident);
}

/** A tracker that opens an issue again for any release would not tell of it once it is in one that matters. */
async function resolveAgain(deps: ActOnAlertDeps, { source, alert }: AlertAtHand): Promise<void> {
  const { issueId, issueUrl, id } = alert;
  await resolveIssue(deps, source, { issueId, issueUrl, occasion: id }).catch((thrown: unknown) => {
    if (!(thrown instanceof AppError) || thrown.retryable) throw thrown;
  });
}

async function hasFix(
  { host }: ActOnAlertDeps,
  { repository, merged }: Incident,
  releaseSha: string | undefined,
): Promise<boolean | undefined> {
  if (merged === null || releaseSha === undefined) return undefined;
  const { provider, name } = splitRepository(repository);
  try {
    const repo = await host.findRepository(provider, name);
    return repo && (await host.isWithin(repo, merged.sha, releaseSha));
  } catch (thrown) {
    if (thrown instanceof AppError && !thrown.retryable) return undefined;
    throw thrown;
  }
}

/** The commit of the failing release: as its name says, or else as the tracker knows. */
async function releaseCommit(
  { trackerDesk }: ActOnAlertDeps,
  { source, alert }: AlertAtHand,
): Promise<string | undefined> {
  const named = commitIn(alert.release);
  if (named !== undefined || alert.release === null) return named;
  return trackerDesk.releaseCommit(source, alert.release).catch((thrown: unknown) => {
    if (thrown instanceof AppError) return undefined;
    throw thrown;
  });
}

async function beginUnlessKept(deps: ActOnAlertDeps, at: AlertAtHand, incident: Incident): Promise<string> {
  const { source, alert, failure } = at;
  const { incidents } = deps.store;
  const { act, reason } = decide(source, { alert, failure });
  if (act === 'record') {
    if (incident.state === 'recorded') await incidents.note(incident.id, { reason }, standing(incident));
    return `Only recorded: ${reason ?? 'nothing is to be done'}.`;
  }
  const former = incident.requestId === null ? undefined : await deps.store.conversations.changeOf(incident.requestId);
  const sha = await releaseCommit(deps, at);
  const now = deps.runtime.now();
  switch (await incidents.begin(incident, { act, bound: source.storm, now })) {
    case 'storm':
      return pause(deps, at, incident);
    case 'begun':
      await incidents.note(incident.id, {
        ...(sha === undefined ? {} : { releaseSha: sha }),
        ...(alert.account === null ? {} : { account: alert.account }),
      });
      // It is not among those that wait for the end of a storm any more.
      if (incident.stormId !== null) await follow(deps, incident.stormId);
      break;
    case 'no':
  }
  const begun = await incidents.read(incident.id);
  if (begun?.state !== 'begun') return 'It belongs to an incident that another alert has changed meanwhile.';
  if (begun.requestId === null)
    await callForIncident(deps, begun, { former: former?.number ?? null, release: alert.release });
  return begun.round === 1
    ? 'An issue and a request are made for it.'
    : 'It came back after its fix was merged; it is taken up again.';
}

/** A storm brings many at once, and its list is written once for all of them. */
function follow({ store }: ActOnAlertDeps, stormId: string): Promise<void> {
  return store.outbox.enqueue([{ name: 'follow-incident', payload: { incidentId: stormId } }], LIST_AFTER_MS);
}

function standing({ round, state }: Incident): Pick<Incident, 'round' | 'state'> {
  return { round, state };
}

async function pause(deps: ActOnAlertDeps, { source }: AlertAtHand, incident: Incident): Promise<string> {
  const { runtime, store } = deps;
  const storm = stormOf(runtime, incident, runtime.now());
  await store.incidents.pause(incident, storm);
  await callForIncident(deps, storm, null);
  await follow(deps, storm.id);
  return `Paused: more than ${source.storm.requests} requests within ${source.storm.minutes} minutes are a storm.`;
}
