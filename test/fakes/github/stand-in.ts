import { createAppCredentials, type AppCredentials, type AppOptions } from './app-credentials.ts';
import { loadContract, type Contract } from './contract.ts';
import { createFaultBox } from '../git-host/faults.ts';
import { openSite, standIn, type Site, type StandIn } from '../git-host/stand-in.ts';
import { serveRequest } from './front.ts';
import { issueToken, type TokenRequest } from './installation-tokens.ts';
import type { Violation } from '../git-host/journal.ts';
import { issueManifestCode } from './manifest-page.ts';
import { createOwners, type Owners } from './owners.ts';
import { createPeople, type People } from './people.ts';
import { createQueries, type Queries } from './queries.ts';
import type { TokenRecord } from './records.ts';
import { createRepositories, type Repositories } from './repositories.ts';
import { createRouter } from './router.ts';
import { redeliver } from './redeliver.ts';
import { createHookSender, type Delivery, type RawDelivery } from './webhook-sender.ts';
import type { World, WriteKind } from './world.ts';

const HOUR_MS = 3_600_000;
const FIRST_ID = 1_000_001;

/** What a test may choose. Everything has a default. */
export interface GitHubOptions {
  readonly app?: AppOptions;
  /** 0 (default) takes any free port. */
  readonly port?: number;
  /** Life of an installation token; default one hour. */
  readonly tokenTtlMs?: number;
  /** Milliseconds since the epoch; default the real clock. */
  readonly now?: () => number;
  /** Share one loaded contract between several stand-ins of a file to save about 0.2 s each. */
  readonly contract?: Contract;
}

/** A running stand-in for GitHub on 127.0.0.1: REST, Git over HTTP, and webhooks. */
export interface GitHubStandIn extends StandIn<WriteKind, Delivery>, Queries, People, Owners, Repositories {
  readonly app: AppCredentials;
  /** While on, what happens is neither delivered nor ever listed as a delivery. */
  loseDeliveries(on: boolean): void;
  /** Sends the same body again, under the same GUID as GitHub does, or under a new one. */
  redeliver(guid: string, options?: { readonly newGuid?: boolean }): Promise<Delivery>;
  deliverRaw(raw: RawDelivery): Promise<Delivery>;
  /** An installation token without going through the API. */
  issueToken(request: TokenRequest): TokenRecord;
  /** A one-time code for `POST /app-manifests/{code}/conversions`. */
  issueManifestCode(): string;
  /** Compiles every schema that would otherwise be compiled at first use; about a second. For measurements. */
  warmUp(): void;
}

/** Starts a stand-in, ready in about half a second. Dispose of it with `await using` or `close()`. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubStandIn> {
  const counter = { last: FIRST_ID };
  const nextId = (): number => (counter.last += 1);
  const [contract, app, site] = await Promise.all([
    options.contract ?? loadContract(),
    createAppCredentials(options.app ?? {}, nextId),
    openSite('github', options.port ?? 0),
  ]);
  const world = createWorld({ contract, app, site, nextId, options });
  const faults = createFaultBox();
  const parts = { world, contract, router: createRouter(), faults };
  const running = standIn(world, site, {
    host: 'GitHub',
    faults,
    serve: (request, response) => void serveRequest(parts, request, response),
  });
  const warmUp = (): void => {
    for (const route of parts.router.routes) contract.operation(route.method, route.template).prepare();
    for (const event of app.events) contract.prepareWebhook(event);
  };
  return Object.assign(running, acts(world), { warmUp });
}

function createWorld(given: {
  contract: Contract;
  app: AppCredentials;
  site: Site;
  nextId: () => number;
  options: GitHubOptions;
}): World {
  const { app, contract, options, nextId, site } = given;
  const now = options.now ?? Date.now;
  const deliveries: Delivery[] = [];
  const violations: Violation[] = [];
  return {
    webUrl: site.origin,
    apiUrl: `${site.origin}/api/v3`,
    directory: site.directory,
    app,
    tokenTtlMs: options.tokenTtlMs ?? HOUR_MS,
    now,
    nextId,
    users: new Map([[app.botUser.login.toLowerCase(), app.botUser]]),
    repositories: new Map(),
    formerNames: new Map(),
    installations: new Map(),
    tokens: new Map(),
    manifestCodes: new Set(),
    files: new Map(),
    ledger: [],
    requests: [],
    violations,
    gitTraffic: [],
    deliveries,
    hooks: createHookSender({ app, contract, deliveries, violations, now, nextId }),
  };
}

/** What only GitHub has. */
function acts(world: World): Omit<GitHubStandIn, keyof StandIn<WriteKind, Delivery> | 'warmUp'> {
  const { hooks } = world;
  return {
    ...createQueries(world),
    ...createPeople(world),
    ...createOwners(world),
    ...createRepositories(world),
    app: world.app,
    loseDeliveries: (on) => void (hooks.loses = on),
    redeliver: (guid, options) => redeliver(world, guid, options),
    deliverRaw: (raw) => hooks.sendRaw(raw),
    issueToken: (request) => issueToken(world, request),
    issueManifestCode: () => issueManifestCode(world),
  };
}
