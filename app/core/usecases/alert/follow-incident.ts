import type { Incident, IncidentState } from '../../domain/alert/incident.ts';
import { newsOfIncident } from '../../domain/alert/incident-news.ts';
import { stormList } from '../../domain/alert/incident-text.ts';
import { AppError } from '../../domain/errors.ts';
import { splitRepository } from '../../domain/alert/repository-name.ts';
import { effectMarker } from '../../domain/host/effect.ts';
import type { WorkRequest } from '../../domain/request/work-request.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { Conversations } from '../../ports/conversations.ts';
import type { ChangeHistory } from '../../ports/host/change-history.ts';
import type { Commenter, RepositoryFinder } from '../../ports/host/vcs.ts';
import type { Incidents } from '../../ports/incidents.ts';
import type { Effects, Outbox, Runs } from '../../ports/store.ts';
import { uuidOf } from '../intake/derive-id.ts';
import { applyEffect } from '../report/apply-effect.ts';
import { tellIncident, type TellIncidentDeps } from './tell-incident.ts';

/** What following incidents needs. */
export type FollowIncidentDeps = TellIncidentDeps & {
  readonly store: {
    readonly incidents: Incidents;
    readonly runs: Pick<Runs, 'readRequest'>;
    readonly conversations: Pick<Conversations, 'changeOf'>;
    readonly effects: Effects;
    readonly outbox: Outbox;
  };
  readonly host: ChangeHistory & Commenter & RepositoryFinder;
  readonly redactor: Redactor;
};

/** What a storm's issue lists; more are counted by the store's own lists. */
const PAUSED_MAX = 200;
/** Until what is told twice at once is told once more. */
const AGAIN_MS = 2_000;

/**
 * Brings an incident up to date with its request, and tells its tracker and those who want to hear; of a storm, lists what it
 * paused in its issue. May be called at any time, any number of times.
 * @throws AppError retryable when somebody who has to be told, or asked, is away.
 */
export async function followIncident(deps: FollowIncidentDeps, incidentId: string): Promise<void> {
  const incident = await deps.store.incidents.read(incidentId);
  if (incident === undefined) return;
  if (incident.kind === 'storm') return listPaused(deps, incident);
  // Of one that waits, or is kept only, there is no news.
  if (incident.requestId === null || incident.state === 'paused' || incident.state === 'recorded') return;
  const read = await deps.store.runs.readRequest(incident.requestId);
  if (read === undefined) return;
  const change = (await deps.store.conversations.changeOf(incident.requestId)) ?? null;
  const standing = await asItStands(deps, incident, { request: read.request, number: change?.number });
  if (standing === undefined) return followAgain(deps, incidentId);
  const news = newsOfIncident(standing, { provider: read.request.repo.provider, run: read.run, change });
  await tellIncident(deps, standing, news);
  await deps.store.incidents.told(incidentId, read.request.version);
  // Of two at once, the one that read less may have told last.
  const now = await deps.store.runs.readRequest(incident.requestId);
  if (now !== undefined && now.request.version > read.request.version) await followAgain(deps, incidentId);
}

function followAgain({ store }: FollowIncidentDeps, incidentId: string): Promise<void> {
  return store.outbox.enqueue([{ name: 'follow-incident', payload: { incidentId } }], AGAIN_MS);
}

/** The incident as its request leaves it, put on record; undefined when it stands otherwise by now. */
async function asItStands(
  deps: FollowIncidentDeps,
  incident: Incident,
  { request, number }: { request: WorkRequest; number: number | undefined },
): Promise<Incident | undefined> {
  const state = stateOf(incident, request);
  if (state === incident.state && (state !== 'merged' || incident.merged !== null)) return incident;
  const found = state === 'merged' && number !== undefined ? await mergedAs(deps, request, number) : undefined;
  const merged = found === undefined ? null : { sha: found.sha, at: found.at };
  const patch = { state, ...(merged === null ? {} : { merged }) };
  // It may have come back meanwhile, and its next round is not what this request says of it.
  const isNoted = await deps.store.incidents.note(incident.id, patch, { round: incident.round, state: incident.state });
  return isNoted ? { ...incident, state, merged } : undefined;
}

/** People are told of a merge all the same where the host does not say more of it. */
async function mergedAs(
  { host }: FollowIncidentDeps,
  { repo }: WorkRequest,
  number: number,
): ReturnType<ChangeHistory['mergedAs']> {
  try {
    return await host.mergedAs(repo, number);
  } catch (thrown) {
    if (thrown instanceof AppError && !thrown.retryable) return undefined;
    throw thrown;
  }
}

function stateOf({ state }: Incident, { ended }: WorkRequest): IncidentState {
  switch (ended) {
    case 'merged':
      return 'merged';
    case 'closed':
    case 'branch-deleted':
      return 'closed';
    case 'access-lost':
      return state;
    case null:
      return state === 'closed' ? 'begun' : state;
  }
}

async function listPaused(deps: FollowIncidentDeps, storm: Incident): Promise<void> {
  if (storm.thread === null) return;
  const { host, store, redactor, runtime } = deps;
  const { provider, name } = splitRepository(storm.repository);
  const repo = await host.findRepository(provider, name);
  if (repo === undefined) return;
  const thread = { kind: 'issue', number: storm.thread.number } as const;
  const body = redactor.redact(stormList(storm, await store.incidents.pausedIn(storm.id, PAUSED_MAX)));
  const marker = effectMarker(storm.id, 'comment');
  let isFresh = false;
  const placed = await applyEffect(
    store,
    { subjectId: storm.id, kind: 'comment' },
    {
      find: () => host.findComment(repo, thread, { marker, since: storm.createdAt }),
      create: () => {
        isFresh = true;
        return host.createComment(repo, thread, body);
      },
    },
  );
  // Of many that were paused at once the first look lists all.
  const told = { subjectId: uuidOf(runtime, `${storm.id}/told`), kind: 'comment' } as const;
  const digest = runtime.sha256(body);
  if (!isFresh) {
    const last = await store.effects.read(told.subjectId, told.kind);
    if (last?.externalId === digest) return;
    await host.updateComment(repo, placed.externalId, body);
  }
  await store.effects.confirm(told, { externalId: digest, url: placed.url });
}
