import type { HookDelivery } from '../git-host/delivery.ts';
import { startTracker, type TrackerOptions, type TrackerStandIn } from '../tracker/stand-in.ts';
import { createAlerts, createGlitchtipHooks, type Recipient } from './alerts.ts';
import { glitchtipRefusals } from './refusals.ts';
import { readRoutes } from './routes-events.ts';
import { issueRoutes } from './routes-issues.ts';

const ISSUES_MAX = 3;

/** What a test may choose. Everything has a default: one event makes an alert, which goes out at once, with sections. */
export interface GlitchtipOptions extends TrackerOptions, Partial<Recipient> {}

/**
 * A running stand-in for Glitchtip on 127.0.0.1: it takes in what SDKs send to a project's DSN, sends alerts to
 * `webhookTarget`, whose path is the secret, and answers the API below `apiUrl`, which differs from Sentry's: issues have no
 * organization in their path. `operationId` of a fault is `METHOD template`, for example `GET /issues/:issue`.
 */
export interface GlitchtipStandIn extends TrackerStandIn {
  /** Reads everything there is. */
  readonly readToken: string;
  /** Reads, comments, deletes comments, and updates issues. */
  readonly writeToken: string;
  /** Sends the alerts that are waiting, in one delivery; undefined when none is. */
  sendAlerts(): Promise<HookDelivery | undefined>;
}

/** Starts a stand-in. Dispose of it with `await using` or `close()`. */
export async function startGlitchtip(options: GlitchtipOptions = {}): Promise<GlitchtipStandIn> {
  const { world, hooks, running } = await startTracker(
    {
      vendor: 'Glitchtip',
      refusals: glitchtipRefusals,
      routes: [...issueRoutes, ...readRoutes],
      headers: {},
      hooks: createGlitchtipHooks,
    },
    options,
  );
  const alerts = createAlerts(world, hooks, {
    form: options.form ?? 'sections',
    tags: options.tags ?? [],
    quantity: options.quantity ?? 1,
    issuesMax: options.issuesMax ?? ISSUES_MAX,
    when: options.when ?? 'each',
  });
  world.observers.push(alerts);
  const read = ['event:read', 'project:read', 'project:releases', 'org:read'];
  const name = 'integration';
  return Object.assign(running, {
    readToken: running.addToken({ scopes: read, name }).token,
    writeToken: running.addToken({ scopes: [...read, 'event:write', 'event:admin'], name }).token,
    sendAlerts: () => alerts.flush(),
  });
}
