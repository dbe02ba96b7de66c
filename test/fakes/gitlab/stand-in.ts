import { randomBytes } from 'node:crypto';
import { createFaultBox } from '../git-host/faults.ts';
import { openSite, standIn, type Site, type StandIn } from '../git-host/stand-in.ts';
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

/**
 * A running stand-in for GitLab on 127.0.0.1: REST, Git over HTTP, and webhooks. `operationId` of a fault is
 * `METHOD template`, for example `POST /projects/:id/issues/:issue_iid/notes`.
 */
export interface GitLabStandIn
  extends StandIn<WriteKind, Delivery>, Queries, People, PeopleOnCode, Repositories, Access {
  /** The bot that installed projects have as a member, and its token with every scope the product needs. */
  readonly bot: UserRecord;
  readonly botToken: TokenRecord;
  /** `X-Gitlab-Token` of the hooks of installed projects. */
  readonly webhookSecret: string;
  /** `whsec_…` of the same hooks; undefined unless `signed`. */
  readonly signingSecret: string | undefined;
  /** Lets deliveries go missing. */
  loseDeliveries(loss?: Loss): void;
  /** Sends a logged event again, under the same key, as the API's `resend` does. */
  redeliver(guid: string): Promise<Delivery>;
}

/** Starts a stand-in. Dispose of it with `await using` or `close()`. */
export async function startGitLab(options: GitLabOptions = {}): Promise<GitLabStandIn> {
  const site = await openSite('gitlab', options.port ?? 0);
  const world = createWorld(site, options);
  const faults = createFaultBox();
  const parts = { world, router: createRouter(), faults };
  const running = standIn(world, site, {
    host: 'GitLab',
    faults,
    serve: (request, response) => void serveRequest(parts, request, response),
  });
  return Object.assign(running, acts(world, install(world, options)));
}

function createWorld({ origin, directory }: Site, options: GitLabOptions): World {
  const webUrl = `${origin}${(options.basePath ?? '').replace(/\/$/, '')}`;
  const counter = { last: FIRST_ID };
  const nextId = (): number => (counter.last += 1);
  const now = options.now ?? Date.now;
  const lists = { hookList: [], hookEvents: [], violations: [], deliveries: [] };
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
    hooks: createHookSender({ webUrl, now, nextId, autoDisable, ...lists }),
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

/** What only GitLab has. */
function acts(world: World, installation: Installation): Omit<GitLabStandIn, keyof StandIn<WriteKind, Delivery>> {
  const { hooks } = world;
  const { bot, webhookSecret, signingSecret } = installation;
  return {
    ...createQueries(world),
    ...createPeople(world),
    ...createPeopleOnCode(world),
    ...createRepositories(world, installation),
    ...createAccess(world),
    bot,
    botToken: addToken(world, bot, {}),
    webhookSecret,
    signingSecret,
    loseDeliveries: (loss = {}) => hooks.lose(loss),
    redeliver: (guid) => {
      const event = world.hookEvents.findLast((one) => one.idempotencyKey === guid);
      if (!event) throw new Error(`no event ${guid}`);
      return hooks.resend(event);
    },
  };
}
