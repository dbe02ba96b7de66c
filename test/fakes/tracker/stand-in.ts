import { createFaultBox, type Fault } from '../git-host/faults.ts';
import type { HookDelivery } from '../git-host/delivery.ts';
import { compileRoutes } from '../git-host/routing.ts';
import { openSite, standIn, type StandIn } from '../git-host/stand-in.ts';
import { addToken, type NewToken } from './access.ts';
import type { Refusals } from './failure.ts';
import { serveRequest } from './front.ts';
import type { Disturbance, HookParts, HookSender } from './hook-sender.ts';
import { createPeople, type People } from './people.ts';
import type { EventRecord, IssueRecord, ProjectRecord, TokenRecord } from './records.ts';
import type { Route } from './route.ts';
import { addProject, dsnOf, type TrackerWorld, type WriteKind } from './world.ts';

const FIRST_ID = 4_000;

/** What a test may choose of any tracker. Everything has a default. */
export interface TrackerOptions {
  /** 0 (default) takes any free port. */
  readonly port?: number;
  /** Slug of the one organization; default `acme`. */
  readonly organization?: string;
  /** Milliseconds since the epoch; default the real clock. */
  readonly now?: () => number;
}

/** What a vendor brings. */
export interface Vendor {
  readonly vendor: TrackerWorld['vendor'];
  readonly refusals: Refusals;
  readonly routes: readonly Route[];
  /** Headers that every answer of its API has. */
  readonly headers: Readonly<Record<string, string>>;
  hooks(parts: Pick<HookParts, 'deliveries' | 'violations' | 'now'>): HookSender;
}

/** A project with the DSN that SDKs are given. */
export interface OpenProject extends ProjectRecord {
  readonly dsn: string;
}

/** What a running stand-in of any tracker shows, besides what it shares with the stand-ins of Git hosts. */
export interface TrackerStandIn extends StandIn<WriteKind, HookDelivery>, People {
  readonly organization: string;
  /** How many deliveries had no answer in time. */
  readonly timeouts: number;
  /** Everything taken in, oldest first. */
  issues(): readonly IssueRecord[];
  events(): readonly EventRecord[];
  /** How many items other than events came, by type. */
  otherItems(): ReadonlyMap<string, number>;
  addProject(slug: string, platform?: string): OpenProject;
  addToken(token: NewToken): TokenRecord;
  /** Lets the next deliveries go wrong. */
  disturb(disturbance: Disturbance): void;
  /** Lets the next requests of the API, or those to a path, be one too many; `retryAfterSec` is in the answer. */
  limitRate(limit: { readonly retryAfterSec: number; readonly times?: number; readonly path?: RegExp }): Fault;
}

/** Starts what all trackers share. Whatever is the vendor's own is assigned to `running`, which has accessors. */
export async function startTracker(
  { vendor, refusals, routes, headers, hooks }: Vendor,
  options: TrackerOptions,
): Promise<{ readonly world: TrackerWorld; readonly hooks: HookSender; readonly running: TrackerStandIn }> {
  const site = await openSite(vendor.toLowerCase(), options.port ?? 0);
  const now = options.now ?? Date.now;
  const counter = { last: FIRST_ID };
  const lists = { deliveries: [] as HookDelivery[], violations: [] as TrackerWorld['violations'] };
  const sender = hooks({ ...lists, now });
  const slug = options.organization ?? 'acme';
  const world: TrackerWorld = {
    ...lists,
    vendor,
    webUrl: site.origin,
    apiUrl: `${site.origin}/api/0`,
    directory: site.directory,
    now,
    nextId: () => (counter.last += 1),
    ledger: [],
    requests: [],
    gitTraffic: [],
    hooks: sender,
    organization: { id: FIRST_ID, slug, name: slug },
    projects: new Map(),
    releases: new Map(),
    issues: new Map(),
    events: new Map(),
    tokens: new Map(),
    members: new Map(),
    otherItems: new Map(),
    observers: [],
  };
  const faults = createFaultBox();
  const router = compileRoutes(routes, { parameter: /:(\w+)/g, long: [] });
  const parts = { world, refusals, headers, router, faults };
  const base = standIn(world, site, {
    host: vendor,
    faults,
    serve: (request, response) => void serveRequest(parts, request, response),
  });
  const running = Object.defineProperty(Object.assign(base, acts(world, sender, base)), 'timeouts', {
    get: () => sender.timeouts,
  });
  return { world, hooks: sender, running };
}

function acts(
  world: TrackerWorld,
  sender: HookSender,
  base: StandIn<WriteKind, HookDelivery>,
): Omit<TrackerStandIn, keyof StandIn<WriteKind, HookDelivery>> {
  return {
    ...createPeople(world),
    organization: world.organization.slug,
    timeouts: 0,
    issues: () => [...world.issues.values()],
    events: () => [...world.events.values()],
    otherItems: () => world.otherItems,
    addProject: (slug, platform = 'node') => {
      const project = addProject(world, slug, platform);
      return Object.assign(project, { dsn: dsnOf(world, project) });
    },
    addToken: (token) => addToken(world, token),
    disturb: (disturbance) => sender.disturb(disturbance),
    limitRate: ({ retryAfterSec, times = 1, path }) =>
      base.fault({
        ...(path ? { match: { path } } : {}),
        times,
        status: 429,
        message: 'You are attempting to use this endpoint too frequently. Limit is 40 requests in 1 seconds',
        headers: { 'retry-after': String(retryAfterSec) },
      }),
  };
}
