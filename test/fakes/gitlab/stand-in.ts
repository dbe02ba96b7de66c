import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createFaultBox, type Fault, type FaultScript } from '../git-host/faults.ts';
import type { GitTransfer, LedgerEntry, RequestEntry, Violation } from '../git-host/journal.ts';
import { addToken, createAccess, type Access } from './access.ts';
import { serveRequest } from './front.ts';
import { createPeopleOnCode, type PeopleOnCode } from './people-on-code.ts';
import { createPeople, type People } from './people.ts';
import { createQueries, type Queries } from './queries.ts';
import type { TokenRecord, UserRecord } from './records.ts';
import { createRepositories, type Installation, type Repositories } from './repositories.ts';
import { createRouter } from './router.ts';
import { createHookSender, type Delivery, type Loss } from './webhook-sender.ts';
import { addUser, type WriteKind, type World } from './world.ts';

const FIRST_ID = 1_001;
const SECRET_BYTES = 24;
const SIGNING_KEY_BYTES = 32;

/** What a test may choose. Everything has a default. */
export interface GitLabOptions {
  /** 0 (default) takes any free port. */
  readonly port?: number;
  /** Relative URL root, for example `/gitlab`; default none. */
  readonly basePath?: string;
  /** Milliseconds since the epoch; default the real clock. */
  readonly now?: () => number;
  /** Role of the bot on projects it is invited to; default 40, maintainer, which reading hook events needs. */
  readonly botLevel?: Installation['level'];
  /** Whether default hooks are signed too, as the 2026 headers are; default false. */
  readonly signed?: boolean;
  /** Whether failing hooks are paused, as on gitlab.com; default true. */
  readonly autoDisable?: boolean;
}

/** A running stand-in for GitLab on 127.0.0.1: REST, Git over HTTP, and webhooks. */
export interface GitLabStandIn extends Queries, People, PeopleOnCode, Repositories, Access, AsyncDisposable {
  /** Web and Git, with the relative URL root: `${url}/{group}/{project}.git`. */
  readonly url: string;
  /** `${url}/api/v4`. */
  readonly apiUrl: string;
  /** The bot that installed projects have as a member, and its token with every scope the product needs. */
  readonly bot: UserRecord;
  readonly botToken: TokenRecord;
  /** `X-Gitlab-Token` of the hooks of installed projects. */
  readonly webhookSecret: string;
  /** `whsec_…` of the same hooks; undefined unless `signed`. */
  readonly signingSecret: string | undefined;
  /** Where the hooks of installed projects go; undefined delivers nothing. */
  webhookTarget: string | undefined;
  readonly deliveries: readonly Delivery[];
  readonly ledger: readonly LedgerEntry<WriteKind>[];
  readonly requests: readonly RequestEntry[];
  readonly violations: readonly Violation[];
  readonly gitTraffic: readonly GitTransfer[];
  /** Throws an error that lists the violations, if there are any; call it at the end of each test. */
  assertNoViolations(): void;
  /** Returns the violations so far and forgets them; for tests that provoke one. */
  takeViolations(): Violation[];
  /** `operationId` of a script is `METHOD template`, for example `POST /projects/:id/issues/:issue_iid/notes`. */
  fault(script: FaultScript): Fault;
  /** Lets deliveries go missing. */
  loseDeliveries(loss?: Loss): void;
  /** Sends a logged event again, under the same key, as the API's `resend` does. */
  redeliver(guid: string): Promise<Delivery>;
  /** Resolves when no webhook delivery is under way. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a stand-in. Dispose of it with `await using` or `close()`. */
export async function startGitLab(options: GitLabOptions = {}): Promise<GitLabStandIn> {
  const server = createServer();
  const [directory, origin] = await Promise.all([
    mkdtemp(path.join(tmpdir(), 'gitlab-stand-in-')),
    listen(server, options.port ?? 0),
  ]);
  const webUrl = `${origin}${(options.basePath ?? '').replace(/\/$/, '')}`;
  const deliveries: Delivery[] = [];
  const world = createWorld({ webUrl, directory, options, deliveries });
  const faults = createFaultBox();
  const parts = { world, router: createRouter(), faults };
  server.on('request', (request, response) => void serveRequest(parts, request, response));
  return assemble(world, { server, deliveries, options, addFault: (script) => faults.add(script) });
}

function createWorld(given: {
  webUrl: string;
  directory: string;
  options: GitLabOptions;
  deliveries: Delivery[];
}): World {
  const { webUrl, directory, options, deliveries } = given;
  const counter = { last: FIRST_ID };
  const nextId = (): number => (counter.last += 1);
  const now = options.now ?? Date.now;
  const lists = { hookList: [], hookEvents: [], violations: [] };
  const autoDisable = options.autoDisable ?? true;
  return {
    ...lists,
    webUrl,
    apiUrl: `${webUrl}/api/v4`,
    directory,
    now,
    nextId,
    users: new Map(),
    namespaces: new Map(),
    projects: new Map(),
    formerPaths: new Map(),
    tokens: new Map(),
    ledger: [],
    requests: [],
    gitTraffic: [],
    hooks: createHookSender({ webUrl, deliveries, now, nextId, autoDisable, ...lists }),
  };
}

function install(world: World, options: GitLabOptions): Installation {
  const id = world.nextId();
  const key = randomBytes(SIGNING_KEY_BYTES).toString('base64');
  return {
    bot: addUser(world, `group_${id}_bot_${randomBytes(SECRET_BYTES).toString('hex').slice(0, 32)}`, true),
    level: options.botLevel ?? 40,
    webhookSecret: randomBytes(SECRET_BYTES).toString('base64url'),
    signingSecret: options.signed === true ? `whsec_${key}` : undefined,
  };
}

function assemble(
  world: World,
  parts: { server: Server; deliveries: Delivery[]; options: GitLabOptions; addFault: (script: FaultScript) => Fault },
): GitLabStandIn {
  const { hooks, ledger, requests, violations, gitTraffic } = world;
  const installation = install(world, parts.options);
  const close = (): Promise<void> => closeAll(world, parts.server);
  return {
    ...createQueries(world),
    ...createPeople(world),
    ...createPeopleOnCode(world),
    ...createRepositories(world, installation),
    ...createAccess(world),
    url: world.webUrl,
    apiUrl: world.apiUrl,
    bot: installation.bot,
    botToken: addToken(world, installation.bot, {}),
    webhookSecret: installation.webhookSecret,
    signingSecret: installation.signingSecret,
    get webhookTarget() {
      return hooks.target;
    },
    set webhookTarget(target: string | undefined) {
      hooks.target = target;
    },
    deliveries: parts.deliveries,
    ledger,
    requests,
    violations,
    gitTraffic,
    assertNoViolations: () => {
      if (violations.length > 0)
        throw new Error(`GitLab's contract was broken: ${JSON.stringify(violations, null, 2)}`);
    },
    takeViolations: () => violations.splice(0),
    fault: parts.addFault,
    loseDeliveries: (loss = {}) => hooks.lose(loss),
    redeliver: (guid) => {
      const event = world.hookEvents.findLast((one) => one.idempotencyKey === guid);
      if (!event) throw new Error(`no event ${guid}`);
      return hooks.resend(event);
    },
    settled: () => hooks.settled(),
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
