import { INCIDENT_EVENT, IncidentCall } from '../../contracts/incident-call.ts';
import { alertActor, type Incident } from '../../domain/alert/incident.ts';
import { issueBody, issueTitle, promptOf, regressionText, stormBody } from '../../domain/alert/incident-text.ts';
import { splitRepository } from '../../domain/alert/repository-name.ts';
import type { AlertSource } from '../../domain/alert/source.ts';
import { AppError } from '../../domain/errors.ts';
import { effectMarker } from '../../domain/host/effect.ts';
import { changeName } from '../../domain/host/host-traits.ts';
import { PLAIN_TASK } from '../../domain/run/run-task.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { Tenants } from '../../ports/access/tenants.ts';
import type { IssueDesk } from '../../ports/host/issue-desk.ts';
import type { BaseReader, Commenter, RepositoryFinder } from '../../ports/host/vcs.ts';
import type { Incidents } from '../../ports/incidents.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Delivery, Effects, Outbox, Runs } from '../../ports/store.ts';
import { groundOf, type Ground } from '../access/link-repository.ts';
import { answer } from '../command/answer.ts';
import type { Arrived } from '../command/commander.ts';
import { uuidOf } from '../intake/derive-id.ts';
import { applyEffect } from '../report/apply-effect.ts';
import { overQuota, type QuotaDeps } from '../request/over-quota.ts';
import { submitRequest } from '../request/submit-request.ts';

/** What beginning with incidents needs. */
export type BeginIncidentDeps = QuotaDeps & {
  readonly store: {
    readonly incidents: Incidents;
    readonly tenants: Pick<Tenants, 'ownerOf'>;
    readonly effects: Effects;
    readonly runs: Runs;
    readonly outbox: Outbox;
  };
  readonly host: IssueDesk & BaseReader & Commenter & RepositoryFinder;
  readonly alertSources: ReadonlyMap<string, AlertSource>;
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
 * unless it is a storm, a request there on behalf of nobody. Doing it twice changes nothing. Gives what became of it, in words.
 * @throws AppError retryable when the host or the store is away; what the host says when it refuses for good.
 */
export async function beginIncident(deps: BeginIncidentDeps, body: Uint8Array, arrived: Arrived): Promise<string> {
  const call = readCall(body);
  const { incidents } = deps.store;
  const incident = await incidents.read(call.incident_id);
  if (incident?.state !== 'begun' || incident.round !== call.round) return 'ignored: it is over by now';
  const ground = await groundFor(deps, incident);
  if ('refusal' in ground) return refuse(deps, incident, ground.refusal);
  const thread = incident.thread ?? (await openIssue(deps, incident, ground));
  const tell = (): Promise<void> =>
    deps.store.outbox.enqueue([{ name: 'follow-incident', payload: { incidentId: incident.id } }]);
  if (incident.kind === 'storm') {
    await tell();
    return 'an issue tells of the storm';
  }
  if (incident.round > 1) await comeBack(deps, { incident, thread, ground }, { call, arrived });
  const over = await overQuotaHere(deps, { incident, ground, number: thread.number });
  if (over !== undefined) return refuse(deps, incident, over);
  const requestId = uuidOf(deps.runtime, `incident/${incident.id}/${incident.round}/request`);
  const submitted = await submit(deps, { incident, thread, ground }, { call, requestId, arrived });
  await incidents.note(incident.id, { requestId });
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
async function refuse({ store }: BeginIncidentDeps, { id }: Incident, reason: string): Promise<string> {
  await store.incidents.note(id, { state: 'recorded', reason });
  return `refused: ${reason}`;
}

/** Where its fix begins, or why that cannot be. */
async function groundFor(deps: BeginIncidentDeps, incident: Incident): Promise<Ground | { readonly refusal: string }> {
  const { provider, name } = splitRepository(incident.repository);
  const ground = await groundOf(deps, provider, name);
  if ('refusal' in ground) return ground;
  if ((await deps.store.tenants.ownerOf(ground.repo)) !== incident.tenantId)
    return { refusal: `${incident.repository} is no repository of the tenant ${incident.tenantId}` };
  const ref = deps.alertSources
    .get(incident.source)
    ?.projects.find((one) => one.provider === provider && one.repository === name)?.base;
  if (ref === undefined) return ground;
  const sha = await deps.host.branchHead(ground.repo, ref);
  return sha === undefined ? { refusal: `${name} has no branch ${ref}` } : { repo: ground.repo, base: { ref, sha } };
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
async function comeBack(
  deps: BeginIncidentDeps,
  { incident, thread, ground: { repo } }: Place,
  { call, arrived }: { call: IncidentCall; arrived: Arrived },
): Promise<void> {
  await deps.host.reopenIssue(repo, thread.number);
  const about = { provider: repo.provider, former: call.former ?? undefined, release: call.release };
  const text = regressionText(incident, { ...about, mention: deps.words.mention });
  await answer(
    deps,
    { repo, thread: { kind: 'issue', number: thread.number } },
    {
      topic: `regression:${incident.id}:${incident.round}`,
      text: deps.redactor.redact(text),
      since: arrived.receivedAt,
    },
  );
}

function overQuotaHere(
  deps: BeginIncidentDeps,
  { incident, ground: { repo }, number }: Pick<Place, 'incident' | 'ground'> & { number: number },
): Promise<string | undefined> {
  const place = { provider: repo.provider, repoId: repo.id, kind: 'issue', number } as const;
  return overQuota(deps, place, { actor: alertActor(incident) });
}

async function submit(
  deps: BeginIncidentDeps,
  { incident, thread, ground: { repo, base } }: Place,
  { call, requestId, arrived }: { call: IncidentCall; requestId: string; arrived: Arrived },
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
