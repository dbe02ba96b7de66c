import { randomInt, randomUUID } from 'node:crypto';
import { aDelivery } from '../../../../contract/store-subject.ts';
import type { InboundEvent, Said } from '#core/domain/host/inbound.ts';
import type { Actor, RepoRef } from '#core/domain/host/repo.ts';
import type { Role } from '#core/domain/rules/role.ts';
import { createRedactor } from '#core/domain/text/secrets.ts';
import type { Merged } from '#core/ports/host/change-history.ts';
import { handleInbound, type HandleInboundDeps } from '#core/usecases/intake/handle-inbound.ts';
import { alertReader } from '../../../../../app/connectors/reader.ts';
import { openTrackerDesk } from '../../../../../app/connectors/tracker-desk.ts';
import { openTrackers } from '../../../../../app/connectors/trackers.ts';
import { nodeRuntime } from '../../../../../app/runtime.ts';
import { openStore, type OpenedStore } from '../../../../../prisma/store.ts';
import { parseYaml } from '../../../../../workers/parse-yaml.ts';
import { createLogSink } from '../../../vcs/github/log-sink.ts';
import { never } from '../run/memory-record.ts';

/** People of the scene, by name; `ada` and `mona` may write, `rita` may read, `helper` is a bot with all rights. */
export const PEOPLE = {
  ada: { id: 1, login: 'ada', bot: false },
  mona: { id: 2, login: 'mona', bot: false },
  rita: { id: 3, login: 'rita', bot: false },
  helper: { id: 4, login: 'helper[bot]', bot: true },
} as const satisfies Record<string, Actor>;
const ROLES: Readonly<Record<number, Role>> = { 1: 'write', 2: 'maintain', 3: 'read', 4: 'admin' };
const US: Actor = { id: 99, login: 'astraforge[bot]', bot: true };
/** Where everything happens unless a test says otherwise. */
export const REPO: RepoRef = { provider: 'github', installationId: 7, id: 42, owner: 'acme', name: 'tools' };
/** Head of every branch there. */
export const HEAD = 'b'.repeat(40);

/** Deliveries on the embedded database, read by the real use cases, on a host that lives in memory. */
export interface CommandScene extends AsyncDisposable {
  readonly opened: OpenedStore;
  readonly deps: HandleInboundDeps;
  /** What was asked of the host, in order, e.g. `roleOf`. */
  readonly asked: string[];
  /** Bodies of our comments, oldest first. */
  readonly comments: string[];
  /** Changes that were merged, by their numbers. */
  readonly merged: Map<number, Merged>;
  /** Text of the configuration file; undefined: there is none. */
  config: string | undefined;
  /** Brings an event in as a new delivery and gives its id with what became of it. */
  deliver(event: InboundEvent): Promise<{ deliveryId: string; outcome: string }>;
  /** Reads a delivery again, as after a crash between what it did and its being settled. */
  replay(deliveryId: string): Promise<void>;
  /** A person says something. */
  say(text: string, how?: Partial<Said>): ReturnType<CommandScene['deliver']>;
}

type Translate = HandleInboundDeps['host']['translate'];

/** Opens the scene with these differences. */
export async function openCommandScene(differences: Partial<HandleInboundDeps> = {}): Promise<CommandScene> {
  const opened = await openStore({ kind: 'pglite', memory: true });
  const { store } = opened;
  const events = new Map<string, InboundEvent>();
  const outcomes = new Map<string, string>();
  const settle = async (id: string, outcome: string): Promise<void> => {
    outcomes.set(id, outcome);
  };
  const scene: CommandScene = {
    opened,
    asked: [],
    comments: [],
    merged: new Map(),
    config: undefined,
    get deps() {
      return deps;
    },
    async deliver(event) {
      const delivery = aDelivery({ event: randomUUID() });
      await store.inbox.record(delivery);
      events.set(delivery.event, event);
      await handleInbound(deps, delivery.id);
      return { deliveryId: delivery.id, outcome: outcomes.get(delivery.id) ?? '' };
    },
    replay: (deliveryId) => handleInbound(deps, deliveryId),
    say: (text, how = {}) => scene.deliver({ ...aSaying(text), ...how }),
    [Symbol.asyncDispose]: () => store.close(),
  };
  const translate: Translate = ({ event }) => events.get(event) ?? { kind: 'ignored', reason: 'unknown' };
  const deps: HandleInboundDeps = {
    ...placesOf(scene, translate),
    // What is settled is not read again, so that it stays open is what a crash leaves.
    store: { ...store, inbox: { ...store.inbox, settle } },
    stream: opened.runLogStream,
    ...differences,
  };
  return scene;
}

/** Words nobody has said before: a comment is known by its number. */
function aSaying(text: string): Said {
  const thread = { kind: 'issue', number: 5, title: 'Rounding', body: '' } as const;
  return {
    kind: 'said',
    repo: REPO,
    actor: PEOPLE.ada,
    thread,
    trigger: { kind: 'comment', id: randomInt(1, 2 ** 31) },
    text,
  };
}

function placesOf(scene: CommandScene, translate: Translate): Omit<HandleInboundDeps, 'store' | 'stream'> {
  const limits = {
    ...{ timeoutMs: 60_000, idleMs: 60_000, outputBytesMax: 1_000, tokensMax: 1_000, costUsdMax: 5 },
    ...{ setUpTimeoutMs: 1_000, patchBytesMax: 1_000 },
  };
  return {
    host: hostOf(scene, translate),
    runtime: nodeRuntime,
    redactor: createRedactor(),
    logger: createLogSink(),
    parseYaml,
    alertReader,
    alertSources: new Map(),
    trackers: openTrackers(new Map()),
    trackerDesk: openTrackerDesk(new Map()),
    connectorPlaces: new Map(),
    connectorReader: { read: never },
    words: { mention: 'astraforge', aliases: new Map() },
    quotas: { threadHour: 40, personDay: 200, repositoryDay: 500 },
    server: { limits, change: { filesMax: 100, allowed: new Set() }, model: 'm', models: ['m', 'n'] },
  };
}

function hostOf(scene: CommandScene, translate: Translate): HandleInboundDeps['host'] {
  const { asked, comments } = scene;
  return {
    translate,
    self: async () => US,
    roleOf: async (_repo, { id }) => (asked.push('roleOf'), ROLES[id] ?? 'none'),
    findRepository: async (_provider, name) => (name === `${REPO.owner}/${REPO.name}` ? REPO : undefined),
    baseOf: async () => (asked.push('baseOf'), { ref: 'main', sha: HEAD, fork: false }),
    branchHead: async (_repo, branch) => (asked.push('branchHead'), branch === 'main' ? HEAD : undefined),
    readDefaultBranchFile: async (_repo, path) => {
      asked.push('readDefaultBranchFile');
      return path === '.github/astraforge.yml' ? scene.config : undefined;
    },
    mergedAs: async (_repo, number) => scene.merged.get(number),
    readFileAt: never,
    acknowledge: never,
    findComment: async () => undefined,
    createComment: async (_repo, _thread, body) => {
      comments.push(body);
      return { externalId: String(comments.length), url: `https://host/${comments.length}` };
    },
    updateComment: never,
    findCheck: never,
    createCheck: never,
    updateCheck: never,
    findIssue: never,
    openIssue: never,
    reopenIssue: never,
    isWithin: never,
  };
}
