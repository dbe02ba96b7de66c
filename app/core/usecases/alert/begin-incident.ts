import { INCIDENT_EVENT, IncidentCall } from '../../contracts/incident-call.ts';
import { alertActor, type Incident } from '../../domain/alert/incident.ts';
import { issueBody, issueTitle, promptOf, regressionText, stormBody } from '../../domain/alert/incident-text.ts';
import { AppError } from '../../domain/errors.ts';
import { effectMarker } from '../../domain/host/effect.ts';
import { changeName } from '../../domain/host/host-traits.ts';
import { PLAIN_TASK } from '../../domain/run/run-task.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { IssueDesk } from '../../ports/host/issue-desk.ts';
import type { Commenter } from '../../ports/host/vcs.ts';
import type { Incidents } from '../../ports/incidents.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Delivery, Effects, Outbox, Runs } from '../../ports/store.ts';
import type { Ground } from '../access/link-repository.ts';
import { answer } from '../command/answer.ts';
import type { Arrived } from '../command/commander.ts';
import { uuidOf } from '../intake/derive-id.ts';
import { applyEffect } from '../report/apply-effect.ts';
import { overQuota, type QuotaDeps } from '../request/over-quota.ts';
import { submitRequest } from '../request/submit-request.ts';
import { groundForIncident, type GroundForIncidentDeps } from './ground-for-incident.ts';

/** What beginning with incidents needs. */
export type BeginIncidentDeps = QuotaDeps &
  GroundForIncidentDeps & {
    readonly store: {
      readonly incidents: Incidents;
      readonly effects: Effects;
      readonly runs: Runs;
      readonly outbox: Outbox;
    };
    readonly host: IssueDesk & Commenter;
    readonly runtime: Runtime;
    readonly redactor: Redactor;
    readonly words: { readonly mention: string };
  };

/** Label of the issues that alerts open. */
const LABEL = 'incident';

/** Whether a delivery of our own is about an incident. */
export function isIncidentCall({ event }: Pick<Delivery, 'event'>): boolean {
  return event === INCIDENT_EVENT;
}

/**
 * Gives an incident what it was called for: its issue on the Git host, made once and opened again when the failure came back, and,
 * unless it is a storm, a request there on behalf of nobody. Doing it twice changes nothing. Where that cannot be, the incident is
 * on record only until it is told again, with the reason. Gives what became of it, in words.
 * @throws AppError retryable when the host or the store is away.
 */
export async function beginIncident(deps: BeginIncidentDeps, body: Uint8Array, arrived: Arrived): Promise<string> {
  const call = readCall(body);
  const incident = await deps.store.incidents.read(call.incident_id);
  if (incident?.state !== 'begun' || incident.round !== call.round) return 'ignored: it is over by now';
  try {
    return await begin(deps, incident, { call, arrived });
  } catch (thrown) {
    if (!(thrown instanceof AppError) || !['denied', 'missing', 'invalid'].includes(thrown.code)) throw thrown;
    return refuse(deps, incident, thrown.message);
  }
}

interface Called {
  readonly call: IncidentCall;
  readonly arrived: Arrived;
}

async function begin(deps: BeginIncidentDeps, incident: Incident, called: Called): Promise<string> {
  const { incidents, outbox, runs } = deps.store;
  const ground = await groundForIncident(deps, incident);
  if ('refusal' in ground) return refuse(deps, incident, ground.refusal);
  const thread = incident.thread ?? (await openIssue(deps, incident, ground));
  const tell = (): Promise<void> => outbox.enqueue([{ name: 'follow-incident', payload: { incidentId: incident.id } }]);
  if (incident.kind === 'storm') {
    await tell();
    return 'an issue tells of the storm';
  }
  const place = { incident, thread, ground };
  if (incident.round > 1) await comeBack(deps, place, called);
  const requestId = uuidOf(deps.runtime, `incident/${incident.id}/${incident.round}/request`);
  // One that was made already has been counted.
  const isMade = (await runs.readRequest(requestId)) !== undefined;
  const over = isMade ? undefined : await overQuotaHere(deps, place);
  if (over !== undefined) {
    await say(deps, place, { topic: `incident-refused:${incident.begunAt ?? ''}`, text: over, called });
    return refuse(deps, incident, over);
  }
  // First, since whoever works on the request finds by it what is known of the failure.
  if (!(await incidents.note(incident.id, { requestId }, { round: incident.round, state: 'begun' })))
    return 'ignored: it is over by now';
  const submitted = await submit(deps, place, { ...called, requestId });
  await tell();
  return `request ${submitted}`;
}

function readCall(body: Uint8Array): IncidentCall {
  try {
    return IncidentCall.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch (cause) {
    throw new AppError('invalid', 'A recorded call for an incident cannot be read', { cause });
  }
}

/** Nothing is done about it until it is told again. */
async function refuse({ store }: BeginIncidentDeps, { id, round }: Incident, reason: string): Promise<string> {
  await store.incidents.note(id, { state: 'recorded', reason }, { round, state: 'begun' });
  return `refused: ${reason}`;
}

type Thread = NonNullable<Incident['thread']>;

async function openIssue(deps: BeginIncidentDeps, incident: Incident, { repo }: Ground): Promise<Thread> {
  const { host, redactor, words, store, alertSources } = deps;
  const bound = alertSources.get(incident.source)?.storm ?? { requests: 0, minutes: 0 };
  const body = incident.kind === 'storm' ? stormBody(incident, bound) : issueBody(incident, words);
  const draft = {
    title: redactor.redact(issueTitle(incident)),
    body: redactor.redact(body),
    labels: [LABEL],
  };
  const marker = effectMarker(incident.id, 'issue');
  const placed = await applyEffect(
    store,
    { subjectId: incident.id, kind: 'issue' },
    {
      find: () => host.findIssue(repo, { marker, since: incident.createdAt }),
      create: () => host.openIssue(repo, draft),
    },
  );
  const thread = { number: Number(placed.externalId), url: placed.url };
  await store.incidents.note(incident.id, { thread });
  return thread;
}

interface Place {
  readonly incident: Incident;
  readonly thread: Thread;
  readonly ground: Ground;
}

/** The thread is opened again and told why, with what can be done about it. */
async function comeBack(deps: BeginIncidentDeps, place: Place, called: Called): Promise<void> {
  const { incident, thread, ground } = place;
  const { former, release } = called.call;
  await deps.host.reopenIssue(ground.repo, thread.number);
  const about = { provider: ground.repo.provider, former: former ?? undefined, release };
  const text = regressionText(incident, { ...about, mention: deps.words.mention });
  await say(deps, place, { topic: `regression:${incident.id}:${incident.round}`, text, called });
}

function say(
  deps: BeginIncidentDeps,
  { thread, ground: { repo } }: Place,
  { topic, text, called }: { topic: string; text: string; called: Called },
): Promise<void> {
  const where = { repo, thread: { kind: 'issue', number: thread.number } } as const;
  return answer(deps, where, { topic, text: deps.redactor.redact(text), since: called.arrived.receivedAt });
}

function overQuotaHere(
  deps: BeginIncidentDeps,
  { incident, ground: { repo }, thread }: Place,
): Promise<string | undefined> {
  const place = { provider: repo.provider, repoId: repo.id, kind: 'issue', number: thread.number } as const;
  return overQuota(deps, place, { actor: alertActor(incident) });
}

async function submit(
  deps: BeginIncidentDeps,
  { incident, thread, ground: { repo, base } }: Place,
  { call, requestId, arrived }: Called & { requestId: string },
): Promise<string> {
  const former = call.former === null ? undefined : changeName(repo.provider, call.former);
  const asked = {
    repo,
    actor: alertActor(incident),
    thread: {
      kind: 'issue',
      number: thread.number,
      title: deps.redactor.redact(issueTitle(incident)),
      body: deps.redactor.redact(issueBody(incident, deps.words)),
    },
    trigger: { kind: 'thread' },
  } as const;
  return submitRequest(deps, asked, {
    id: requestId,
    deliveryId: arrived.deliveryId,
    prompt: promptOf(incident, former),
    base,
    task: { ...PLAIN_TASK, approval: incident.act === 'fix' ? 'none' : 'plan' },
  });
}
