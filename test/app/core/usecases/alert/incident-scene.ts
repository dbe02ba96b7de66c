import { randomUUID } from 'node:crypto';
import type { Job } from '#core/contracts/jobs.ts';
import type { Incident } from '#core/domain/alert/incident.ts';
import type { AlertSource } from '#core/domain/alert/source.ts';
import type { Failure } from '#core/domain/alert/failure.ts';
import { AppError, type ErrorCode } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import { createRedactor } from '#core/domain/text/secrets.ts';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import type { RecordedAlert } from '#core/ports/alerts.ts';
import type { Notice } from '#core/ports/notices.ts';
import { actOnAlert, type ActOnAlertDeps } from '#core/usecases/alert/act-on-alert.ts';
import { beginIncident, type BeginIncidentDeps } from '#core/usecases/alert/begin-incident.ts';
import { followIncident, type FollowIncidentDeps } from '#core/usecases/alert/follow-incident.ts';
import { nodeRuntime } from '../../../../../app/runtime.ts';
import { openStore, type OpenedStore } from '../../../../../prisma/store.ts';
import { anAlert } from '../../../../contract/alerts.contract.ts';
import { delivered } from '../../../../contract/a-conversation.ts';
import { drained } from '../../../../contract/store-subject.ts';
import { emptyStore } from '../../../../prisma/empty-store.ts';
import { createLogSink } from '../../../vcs/github/log-sink.ts';

/** Where everything happens. */
export const REPO: RepoRef = { provider: 'github', installationId: 7, id: 42, owner: 'acme', name: 'shop' };
const HEAD = 'b'.repeat(40);

/** What may be called of the outside, by name, each with the error that its next calls throw. */
export type Failing = Map<string, ErrorCode>;

/** Incidents on the embedded database, with a host, a tracker and channels that live in memory. */
export interface IncidentScene extends AsyncDisposable {
  readonly opened: OpenedStore;
  readonly deps: ActOnAlertDeps & BeginIncidentDeps & FollowIncidentDeps;
  /** What was written outside, in order: `openIssue Sentry: TypeError`. */
  readonly written: string[];
  /** What the outside refuses, by the names of `written`. */
  readonly failing: Failing;
  /** Commits that hold the fix. */
  readonly fixed: Set<string>;
  readonly merged: Map<number, { sha: string; at: string; base: string }>;
  readonly notices: Notice[];
  source: AlertSource;
  /** An alert that was just told; gives what became of it and its incident. */
  tell(same?: Partial<RecordedAlert>, failure?: Failure | null): Promise<{ outcome: string; incident: Incident }>;
  /** Does what workers would with all jobs that are queued, but runs nothing; gives what became of the deliveries. */
  work(): Promise<string[]>;
  /** Forgets everything, as at the beginning. */
  empty(source?: AlertSource): Promise<void>;
  /** The incident as it is now. */
  now(incident: Pick<Incident, 'id'>): Promise<Incident>;
}

/** A source that proposes, with these differences. */
export function aSource(same: Partial<AlertSource> = {}): AlertSource {
  return {
    ...{ id: 'shop', tracker: 'sentry', url: 'https://sentry.example', organization: 'acme', tenant: FIRST_TENANT },
    ...{ act: 'propose', when: {}, storm: { requests: 100, minutes: 60 }, tell: [], resolve: 'next-release' },
    projects: [{ project: 'front-end', provider: 'github', repository: 'acme/shop', paths: [] }],
    ...same,
  };
}

/** Opens the scene. */
export async function openIncidentScene(): Promise<IncidentScene> {
  const opened = await openStore({ kind: 'pglite', memory: true });
  const { store } = opened;
  const outcomes: string[] = [];
  const scene: IncidentScene = {
    ...{ opened, source: aSource(), written: [], failing: new Map(), fixed: new Set(), merged: new Map(), notices: [] },
    get deps() {
      return depsOf(scene);
    },
    async tell(same = {}, failure = null) {
      const alert = { ...anAlert({ repository: 'github:acme/shop', createdAt: nodeRuntime.now(), ...same }) };
      await store.alerts.record(await delivered(store), [alert]);
      const at = { source: scene.source, failure, alert: { ...alert, repository: alert.repository ?? '' } };
      const outcome = await actOnAlert(scene.deps, at);
      const all = await store.incidents.list(alert.tenantId, { after: null, countMax: 99 });
      const incident = all.find(({ issueIds }) => issueIds.includes(alert.issueId));
      if (incident === undefined) throw new Error('there is no incident');
      return { outcome, incident };
    },
    async work() {
      outcomes.length = 0;
      for (let jobs = await drained(store); jobs.length > 0; jobs = await drained(store))
        for (const { job } of jobs) await doJob(scene, job, outcomes);
      return [...outcomes];
    },
    async now({ id }) {
      const incident = await store.incidents.read(id);
      if (incident === undefined) throw new Error('the incident is gone');
      return incident;
    },
    async empty(anew = aSource()) {
      await emptyStore(opened);
      for (const kept of [scene.failing, scene.fixed, scene.merged]) kept.clear();
      for (const list of [scene.written, scene.notices]) list.splice(0);
      scene.source = anew;
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
  return scene;
}

async function doJob(scene: IncidentScene, job: Job, outcomes: string[]): Promise<void> {
  const { store } = scene.opened;
  if (job.name === 'follow-incident') return followIncident(scene.deps, job.payload.incidentId);
  if (job.name !== 'handle-delivery') return;
  const { deliveryId } = job.payload;
  const read = await store.inbox.read(deliveryId);
  if (read?.delivery.event !== 'incident' || read.settled) return;
  const outcome = await beginIncident(scene.deps, read.delivery.body, { deliveryId, receivedAt: read.receivedAt });
  await store.inbox.settle(deliveryId, outcome);
  outcomes.push(outcome);
}

function depsOf(scene: IncidentScene): IncidentScene['deps'] {
  const { failing, written, notices } = scene;
  /** Says what is written, or fails as it is to. */
  const write = (name: string, what: unknown): { externalId: string; url: string } => {
    const code = failing.get(name);
    if (code !== undefined) throw new AppError(code, `${name} fails`);
    written.push(`${name} ${String(what)}`);
    return { externalId: String(written.length), url: `https://host/${written.length}` };
  };
  return {
    store: scene.opened.store,
    runtime: nodeRuntime,
    redactor: createRedactor(),
    logger: createLogSink(),
    alertSources: new Map([[scene.source.id, scene.source]]),
    quotas: { threadHour: 40, personDay: 1, repositoryDay: 500 },
    words: { mention: 'astraforge' },
    host: {
      findRepository: async (_provider, name) => (name === 'acme/shop' ? REPO : undefined),
      baseOf: async () => ({ ref: 'main', sha: HEAD, fork: false }),
      branchHead: async (_repo, branch) => (branch === 'main' ? HEAD : undefined),
      mergedAs: async (_repo, number) => {
        if (failing.has('mergedAs')) write('mergedAs', number);
        return scene.merged.get(number);
      },
      isWithin: async (_repo, _commit, head) => scene.fixed.has(head),
      findIssue: async () => undefined,
      openIssue: async (_repo, { title }) => ({ ...write('openIssue', title), number: written.length }),
      reopenIssue: async (_repo, number) => void write('reopenIssue', number),
      acknowledge: async () => write('acknowledge', ''),
      findComment: async () => undefined,
      createComment: async (_repo, _thread, body) => write('createComment', body),
      updateComment: async (_repo, id, body) => void write('updateComment', `${id} ${body}`),
    },
    trackerDesk: {
      releaseCommit: async () => undefined,
      findComment: async () => undefined,
      comment: async (_source, _issueId, text) => write('comment', text),
      updateComment: async (_source, _issueId, { text }) => void write('edit', text),
      resolve: async (_source, issueId) => void write('resolve', issueId),
    },
    notices: {
      channels: [],
      send: async (channel, notice) => {
        write(channel, notice.lines[0]);
        notices.push(notice);
      },
    },
  };
}

/** A commit's id that nobody has used. */
export function aCommit(): string {
  return `a${randomUUID().replaceAll('-', '')}`;
}
