import { randomUUID } from 'node:crypto';
import type { HookDelivery } from '../git-host/delivery.ts';
import { createTrackerHooks, type HookParts, type HookSender } from '../tracker/hook-sender.ts';
import { departures } from '../tracker/published.ts';
import type { IssueRecord } from '../tracker/records.ts';
import type { Observer, TrackerWorld } from '../tracker/world.ts';
import { ALERT, ALERT_WITH_SECTIONS } from './published-webhook.ts';
import { renderAlert, type AlertForm } from './render-alert.ts';

// `send_webhook` gives ten seconds and forgets a timeout.
const TIMEOUT_MS = 10_000;
// What violations and disturbances call the one kind of delivery.
const ALERT_EVENT = 'alert';

/** The recipient of alerts, and what it wants. */
export interface Recipient {
  readonly form: AlertForm;
  /** Keys of further tags in the fields. */
  readonly tags: readonly string[];
  /** How many events make an alert of an issue. */
  readonly quantity: number;
  /** How many issues one delivery carries at most, MAX_ISSUES_PER_ALERT; what is more is only counted. */
  readonly issuesMax: number;
  /** `each`: an alert goes out as soon as there is one. `collect`: not before it is asked for. */
  readonly when: 'each' | 'collect';
}

/** Alerts on their way. */
export interface Alerts extends Observer {
  /** Sends everything that is waiting, in one delivery; undefined when nothing is. */
  flush(): Promise<HookDelivery | undefined>;
}

/** Creates the sender. Nothing is signed: who knows the path may speak, so that a forgery has the wrong one. */
export function createGlitchtipHooks(parts: Pick<HookParts, 'deliveries' | 'violations' | 'now'>): HookSender {
  return createTrackerHooks({
    ...parts,
    timeoutMs: TIMEOUT_MS,
    timeoutsMax: undefined,
    nextGuid: randomUUID,
    seal: (body, { target }) => ({ url: target, body, headers: { 'Content-Type': 'application/json' } }),
    forge: ({ url, body, headers }, how) => {
      if (how === 'body')
        return { url, body: body.replaceAll('"title_link":"', '"title_link":"http://evil.'), headers };
      const others = url.replace(/\/[^/]*$/, how === 'unsigned' ? '' : `/${randomUUID()}`);
      return { url: others, body, headers };
    },
  });
}

/**
 * Decides what is told, as `process_event_alerts` does: an issue once, when it has had enough events, and again after it
 * came back. Comments and changes by people are never told.
 */
export function createAlerts(world: TrackerWorld, hooks: HookSender, recipient: Recipient): Alerts {
  const told = new Set<IssueRecord>();
  const waiting = new Set<IssueRecord>();
  const flush = (): Promise<HookDelivery | undefined> => {
    const issues = [...waiting];
    waiting.clear();
    if (issues.length === 0) return Promise.resolve(undefined);
    const { form, tags, issuesMax } = recipient;
    const content = { issues: issues.slice(0, issuesMax), count: issues.length, tags, form };
    const payload = renderAlert(world, content);
    const problems = departures(form === 'plain' ? ALERT : ALERT_WITH_SECTIONS, payload);
    return hooks.send({ event: ALERT_EVENT, action: undefined, payload, problems });
  };
  return {
    flush,
    changed: () => undefined,
    commented: () => undefined,
    tookIn: ({ issue }, news) => {
      if (news === 'regressed') told.delete(issue);
      if (told.has(issue) || issue.events.length < recipient.quantity) return;
      told.add(issue);
      waiting.add(issue);
      if (recipient.when === 'each') void flush();
    },
  };
}
