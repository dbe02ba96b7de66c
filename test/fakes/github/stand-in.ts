import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAppCredentials, type AppCredentials, type AppOptions } from './app-credentials.ts';
import { loadContract, type Contract } from './contract.ts';
import { createFaultBox, type Fault, type FaultScript } from '../git-host/faults.ts';
import { serveRequest } from './front.ts';
import { issueToken, type TokenRequest } from './installation-tokens.ts';
import type { GitTransfer, LedgerEntry, RequestEntry, Violation } from '../git-host/journal.ts';
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
export interface GitHubStandIn extends Queries, People, Owners, Repositories, AsyncDisposable {
  /** Web and Git: `${url}/{owner}/{repo}.git`. */
  readonly url: string;
  /** `baseUrl` for Octokit. */
  readonly apiUrl: string;
  readonly app: AppCredentials;
  /** Where webhooks go; undefined delivers nothing. */
  webhookTarget: string | undefined;
  /** While on, what happens is neither delivered nor ever listed as a delivery. */
  loseDeliveries(on: boolean): void;
  readonly deliveries: readonly Delivery[];
  readonly ledger: readonly LedgerEntry<WriteKind>[];
  readonly requests: readonly RequestEntry[];
  readonly violations: readonly Violation[];
  readonly gitTraffic: readonly GitTransfer[];
  /** Throws an error that lists the violations, if there are any; call it at the end of each test. */
  assertNoViolations(): void;
  /** Returns the violations so far and forgets them; for tests that provoke one. */
  takeViolations(): Violation[];
  fault(script: FaultScript): Fault;
  /** Sends the same body again, under the same GUID as GitHub does, or under a new one. */
  redeliver(guid: string, options?: { readonly newGuid?: boolean }): Promise<Delivery>;
  deliverRaw(raw: RawDelivery): Promise<Delivery>;
  /** Resolves when no webhook delivery is under way. */
  settled(): Promise<void>;
  /** An installation token without going through the API. */
  issueToken(request: TokenRequest): TokenRecord;
  /** A one-time code for `POST /app-manifests/{code}/conversions`. */
  issueManifestCode(): string;
  /** Compiles every schema that would otherwise be compiled at first use; about a second. For measurements. */
  warmUp(): void;
  close(): Promise<void>;
}

/** Starts a stand-in, ready in about half a second. Dispose of it with `await using` or `close()`. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubStandIn> {
  const counter = { last: FIRST_ID };
  const nextId = (): number => (counter.last += 1);
  const server = createServer();
  const [contract, app, directory, webUrl] = await Promise.all([
    options.contract ?? loadContract(),
    createAppCredentials(options.app ?? {}, nextId),
    mkdtemp(path.join(tmpdir(), 'github-stand-in-')),
    listen(server, options.port ?? 0),
  ]);
  const world = createWorld({ contract, app, directory, webUrl, nextId, options });
  const faults = createFaultBox();
  const parts = { world, contract, router: createRouter(), faults };
  server.on('request', (request, response) => void serveRequest(parts, request, response));
  const warmUp = (): void => {
    for (const route of parts.router.routes) contract.operation(route.method, route.template).prepare();
    for (const event of app.events) contract.prepareWebhook(event);
  };
  return assemble(world, { server, warmUp, addFault: (script) => faults.add(script) });
}

function createWorld(given: {
  contract: Contract;
  app: AppCredentials;
  directory: string;
  webUrl: string;
  nextId: () => number;
  options: GitHubOptions;
}): World {
  const { app, contract, options, nextId } = given;
  const now = options.now ?? Date.now;
  const deliveries: Delivery[] = [];
  const violations: Violation[] = [];
  return {
    webUrl: given.webUrl,
    apiUrl: `${given.webUrl}/api/v3`,
    directory: given.directory,
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

function assemble(
  world: World,
  parts: { server: Server; warmUp: () => void; addFault: (script: FaultScript) => Fault },
): GitHubStandIn {
  const { hooks, deliveries, ledger, requests, violations, gitTraffic } = world;
  const close = (): Promise<void> => closeAll(world, parts.server);
  return {
    ...createQueries(world),
    ...createPeople(world),
    ...createOwners(world),
    ...createRepositories(world),
    url: world.webUrl,
    apiUrl: world.apiUrl,
    app: world.app,
    get webhookTarget() {
      return hooks.target;
    },
    set webhookTarget(target: string | undefined) {
      hooks.target = target;
    },
    loseDeliveries: (on) => void (hooks.loses = on),
    deliveries,
    ledger,
    requests,
    violations,
    gitTraffic,
    assertNoViolations: () => {
      if (violations.length > 0)
        throw new Error(`GitHub's contract was broken: ${JSON.stringify(violations, null, 2)}`);
    },
    takeViolations: () => violations.splice(0),
    fault: parts.addFault,
    redeliver: (guid, options) => redeliver(world, guid, options),
    deliverRaw: (raw) => hooks.sendRaw(raw),
    settled: () => hooks.settled(),
    issueToken: (request) => issueToken(world, request),
    issueManifestCode: () => issueManifestCode(world),
    warmUp: parts.warmUp,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function closeAll({ hooks, directory }: World, server: Server): Promise<void> {
  hooks.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await hooks.settled();
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${portOf(server.address())}`;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the stand-in listens on no port');
  return address.port;
}
