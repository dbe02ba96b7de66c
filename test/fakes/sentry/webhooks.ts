import { createHmac, randomUUID } from 'node:crypto';
import type { HookDelivery } from '../git-host/delivery.ts';
import { createTrackerHooks, type HookParts, type HookSender } from '../tracker/hook-sender.ts';
import { departures } from '../tracker/published.ts';
import type { EventRecord, MemberRecord } from '../tracker/records.ts';
import type { News, Observer, TrackerWorld } from '../tracker/world.ts';
import { ACTIONS, WEBHOOKS, type Resource } from './published-webhooks.ts';
import {
  renderActor,
  renderHookComment,
  renderHookEvent,
  renderHookIssue,
  type Integration,
} from './render-webhook.ts';

const SIGNATURE = 'Sentry-Hook-Signature';

/** What webhooks are sent for. */
export interface Subscription {
  readonly integration: Integration;
  /** What the integration listens to; alerts go by their rule instead. */
  readonly resources: readonly Resource[];
  /** A rule's label and which events trigger it. */
  readonly rule: { readonly label: string; readonly on: readonly News[] };
}

/** Creates the sender. `clientSecret` signs: HMAC-SHA256, in hexadecimal digits, over the body. */
export function createSentryHooks(
  parts: Pick<HookParts, 'deliveries' | 'violations' | 'now' | 'timeoutMs' | 'timeoutsMax'>,
  clientSecret: string,
): HookSender {
  const sign = (body: string): string => createHmac('sha256', clientSecret).update(body).digest('hex');
  return createTrackerHooks({
    ...parts,
    nextGuid: () => randomUUID().replaceAll('-', ''),
    seal: (body, { target, event, guid, at }) => ({
      url: target,
      body,
      headers: {
        'Content-Type': 'application/json',
        'Request-ID': guid,
        'Sentry-Hook-Resource': event,
        'Sentry-Hook-Timestamp': String(Math.floor(at / 1_000)),
        [SIGNATURE]: sign(body),
      },
    }),
    forge: ({ url, body, headers }, how) => {
      const { [SIGNATURE]: honest, ...others } = headers;
      if (how === 'unsigned') return { url, body, headers: others };
      if (how === 'body') return { url, body: body.replace('"action":', '"forged":true,"action":'), headers };
      const signature = createHmac('sha256', `not ${clientSecret}`).update(body).digest('hex');
      return { url, body, headers: { ...others, [SIGNATURE]: signature === honest ? '' : signature } };
    },
  });
}

/** Sends one webhook. `data` is what its resource has; a departure from the documented sample is a violation. */
export function sendWebhook(
  { hooks, integration }: { readonly hooks: HookSender; readonly integration: Integration },
  { resource, action, by }: { resource: Resource; action: string; by: MemberRecord | undefined },
  data: Readonly<Record<string, unknown>>,
): Promise<HookDelivery> {
  const installation = { uuid: integration.installation };
  const payload = { action, installation, data, actor: renderActor(integration, by) };
  const unknown = ACTIONS[resource].includes(action) ? [] : [`action ${action} is not documented`];
  const problems = [...unknown, ...departures(WEBHOOKS[resource], payload)];
  return hooks.send({ event: resource, action, payload, problems });
}

/** Sends an alert for an event, whatever the rule says. */
export function sendEventAlert(
  world: TrackerWorld,
  { hooks, subscription }: { readonly hooks: HookSender; readonly subscription: Subscription },
  event: EventRecord,
): Promise<HookDelivery> {
  const { integration, rule } = subscription;
  const data = {
    event: renderHookEvent(world, event),
    triggered_rule: rule.label,
    issue_alert: { title: rule.label, settings: [] },
  };
  return sendWebhook({ hooks, integration }, { resource: 'event_alert', action: 'triggered', by: undefined }, data);
}

/** Sends what is subscribed to whenever something changes. */
export function sentryObserver(
  world: TrackerWorld,
  parts: { readonly hooks: HookSender; readonly subscription: Subscription },
): Observer {
  const { hooks, subscription } = parts;
  const { integration, resources, rule } = subscription;
  const to = { hooks, integration };
  return {
    changed: (issue, action, by) => {
      if (!resources.includes('issue')) return;
      void sendWebhook(to, { resource: 'issue', action, by }, { issue: renderHookIssue(world, issue) });
    },
    tookIn: (event, news) => {
      const about = { resource: 'error', action: 'created', by: undefined } as const;
      if (resources.includes('error')) void sendWebhook(to, about, { error: renderHookEvent(world, event) });
      if (rule.on.includes(news)) void sendEventAlert(world, parts, event);
    },
    commented: (issue, comment, action) => {
      if (!resources.includes('comment')) return;
      const about = { resource: 'comment', action, by: comment.author } as const;
      void sendWebhook(to, about, renderHookComment(issue, comment));
    },
  };
}
