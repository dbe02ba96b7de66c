import { randomBytes, randomUUID } from 'node:crypto';
import type { HookDelivery } from '../git-host/delivery.ts';
import { startTracker, type TrackerOptions, type TrackerStandIn } from '../tracker/stand-in.ts';
import { findProject, type News, type TrackerWorld } from '../tracker/world.ts';
import type { Resource } from './published-webhooks.ts';
import { sentryRefusals } from './refusals.ts';
import { renderMetricAlert, type MetricAlert } from './render-metric-alert.ts';
import { eventRoutes } from './routes-events.ts';
import { issueRoutes } from './routes-issues.ts';
import { releaseRoutes } from './routes-releases.ts';
import { createSentryHooks, sendEventAlert, sendWebhook, sentryObserver, type Subscription } from './webhooks.ts';
import type { HookSender } from '../tracker/hook-sender.ts';

const SECRET_BYTES = 32;
const CODE_BYTES = 16;
// A receiver has one second, and who misses it a thousand times in 24 hours is unsubscribed:
// https://sentry.io/changelog/2023-10-3-change-to-integration-platform-webhook-handling
const TIMEOUT_MS = 1_000;
const TIMEOUTS_MAX = 1_000;

/** What every answer of the API says about its limits: https://docs.sentry.io/api/ratelimits/ */
const LIMITS = {
  'x-sentry-rate-limit-limit': '40',
  'x-sentry-rate-limit-remaining': '39',
  'x-sentry-rate-limit-concurrentlimit': '25',
  'x-sentry-rate-limit-concurrentremaining': '24',
};

/** What a test may choose. Everything has a default. */
export interface SentryOptions extends TrackerOptions {
  /** What the integration subscribed to; default issues and comments. Errors need a plan of their own. */
  readonly resources?: readonly Resource[];
  /** How long a receiver is given; default 1,000, as Sentry does. On a busy machine that is short. */
  readonly timeoutMs?: number;
  /** After how many timeouts within 24 hours nothing is sent any more; default 1,000. */
  readonly timeoutsMax?: number;
  /** Label of the alert rule; default `Something new or back`. */
  readonly ruleLabel?: string;
  /** Which events the rule triggers for; default the first of an issue, and one that brings it back. */
  readonly alertOn?: readonly News[];
}

/**
 * A running stand-in for Sentry on 127.0.0.1: it takes in what SDKs send to a project's DSN, sends an integration's
 * webhooks to `webhookTarget`, and answers the API below `apiUrl`. `operationId` of a fault is `METHOD template`, for
 * example `PUT /organizations/:org/issues/:issue`, and `POST /api/:project/envelope/` for the way in.
 */
export interface SentryStandIn extends TrackerStandIn {
  /** What webhooks are signed with. */
  readonly clientSecret: string;
  /** Reads everything there is. */
  readonly readToken: string;
  /** Reads, comments, deletes what it wrote, and updates issues, as the integration. */
  readonly writeToken: string;
  /** Sends an alert for an event, by its id, whatever the rule says. */
  sendAlert(eventId: string): Promise<HookDelivery>;
  sendMetricAlert(alert: MetricAlert): Promise<HookDelivery>;
  sendInstallation(action: 'created' | 'deleted'): Promise<HookDelivery>;
}

/** Starts a stand-in. Dispose of it with `await using` or `close()`. */
export async function startSentry(options: SentryOptions = {}): Promise<SentryStandIn> {
  const clientSecret = randomBytes(SECRET_BYTES).toString('hex');
  const integration = { uuid: randomUUID(), slug: 'astraforge', name: 'integration', installation: randomUUID() };
  const subscription: Subscription = {
    integration,
    resources: options.resources ?? ['issue', 'comment'],
    rule: { label: options.ruleLabel ?? 'Something new or back', on: options.alertOn ?? ['new', 'regressed'] },
  };
  const { timeoutMs = TIMEOUT_MS, timeoutsMax = TIMEOUTS_MAX } = options;
  const patience = { timeoutMs, timeoutsMax };
  const { world, hooks, running } = await startTracker(
    {
      vendor: 'Sentry',
      refusals: sentryRefusals,
      routes: [...issueRoutes, ...eventRoutes, ...releaseRoutes],
      headers: LIMITS,
      hooks: (parts) => createSentryHooks({ ...parts, ...patience }, clientSecret),
    },
    options,
  );
  world.observers.push(sentryObserver(world, { hooks, subscription }));
  const read = ['event:read', 'project:read', 'org:read'];
  const { name } = integration;
  return Object.assign(running, {
    clientSecret,
    readToken: running.addToken({ scopes: read, name }).token,
    writeToken: running.addToken({ scopes: [...read, 'event:write', 'event:admin'], name }).token,
    ...acts(world, { hooks, subscription }),
  });
}

/** What is sent on request only. */
function acts(
  world: TrackerWorld,
  parts: { readonly hooks: HookSender; readonly subscription: Subscription },
): Pick<SentryStandIn, 'sendAlert' | 'sendMetricAlert' | 'sendInstallation'> {
  const { integration } = parts.subscription;
  const to = { hooks: parts.hooks, integration };
  return {
    sendAlert: (eventId) => {
      const event = world.events.get(eventId);
      if (!event) throw new Error(`the stand-in has no event ${eventId}`);
      return sendEventAlert(world, parts, event);
    },
    sendMetricAlert: (alert) => {
      if (!findProject(world, alert.project)) throw new Error(`the stand-in has no project ${alert.project}`);
      const about = { resource: 'metric_alert', action: alert.action, by: undefined } as const;
      return sendWebhook(to, about, renderMetricAlert(world, alert));
    },
    sendInstallation: (action) => {
      const { uuid, slug } = integration;
      const installation = {
        status: 'pending',
        organization: { slug: world.organization.slug },
        app: { uuid, slug },
        code: randomBytes(CODE_BYTES).toString('hex'),
        uuid: integration.installation,
      };
      return sendWebhook(to, { resource: 'installation', action, by: undefined }, { installation });
    },
  };
}
