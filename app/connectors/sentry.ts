import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Alert, AlertReading, Occasion } from '#core/domain/alert/alert.ts';
import { oneHeader } from '#core/domain/text/one-header.ts';
import { alertEvent } from '#core/ports/alerts.ts';
import type { TrackerDoor } from '#core/ports/host/webhook-door.ts';
import { issuePage, readJson, Words } from './tracker-payload.ts';

/*
 * Sentry's webhooks of internal and public integrations:
 * https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
 */

/** Unsigned header values, so trusted for their form only. */
const REQUEST_ID = /^[\w-]{1,64}$/;
const RESOURCE = /^[a-z_]{1,40}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;

/**
 * Opens the door that Sentry knocks at, `/webhooks/sentry/<source>`: HMAC-SHA256 of the raw body in `Sentry-Hook-Signature`,
 * keyed with the integration's client secret. The signature covers the body only: a body that comes again under another
 * `Request-ID` is for the inbox to recognise.
 */
export function openSentryDoor(secrets: ReadonlyMap<string, string>): TrackerDoor {
  // A source that is not there takes as long as one that is.
  const nobody = randomBytes(32).toString('hex');
  return async ({ headers, body, path: [source = '', ...rest] }) => {
    const [id, resource, signature] = ['request-id', 'sentry-hook-resource', 'sentry-hook-signature'].map((name) =>
      oneHeader(headers, name),
    );
    if (!matches(REQUEST_ID, id) || !matches(RESOURCE, resource) || !matches(SIGNATURE, signature))
      return { kind: 'refused', status: 400, reason: 'missing header' };
    const secret = secrets.get(source);
    const expected = createHmac('sha256', secret ?? nobody)
      .update(body)
      .digest();
    const isGenuine = timingSafeEqual(expected, Buffer.from(signature, 'hex'));
    if (secret === undefined || rest.length > 0 || !isGenuine)
      return { kind: 'refused', status: 401, reason: 'bad signature' };
    const event = alertEvent(source, resource);
    // Two organizations may number alike, and the resource is said by a header only.
    return { kind: 'admitted', delivery: { provider: 'sentry', guid: `${source}:${id}`, event, body, scope: event } };
  };
}

function matches(form: RegExp, value: string | undefined): value is string {
  return value !== undefined && form.test(value);
}

const Tags = z.array(z.tuple([z.string(), z.string().nullable()]).rest(z.unknown())).catch([]);

const Event = z.object({
  issue_id: Words,
  title: Words.nullish(),
  level: Words.nullish(),
  environment: Words.nullish(),
  release: Words.nullish(),
  project: Words.nullish(),
  url: Words.nullish(),
  web_url: Words.nullish(),
  tags: Tags,
});

const Issue = z.object({
  id: Words,
  title: Words.nullish(),
  level: Words.nullish(),
  substatus: Words.nullish(),
  web_url: Words.nullish(),
  permalink: Words.nullish(),
  project: z.object({ id: Words, slug: Words, name: Words.nullish() }),
});

const Fired = z.object({ data: z.object({ event: Event }) });
const Failed = z.object({ data: z.object({ error: Event }) });
const Changed = z.object({ action: Words, data: z.object({ issue: Issue }) });

/**
 * Reads a recorded delivery of Sentry: alerts of `event_alert`, `error` and `issue`; the other resources say nothing about an
 * issue that could be mended. `url` is the address of the tracker, outside of which no link is believed.
 * @throws AppError `invalid` for a body that is not what `resource` says.
 */
export function readSentry(resource: string, body: Uint8Array, url: string): AlertReading {
  switch (resource) {
    case 'event_alert':
      return alerts(ofEvent('fired', readJson(Fired, body).data.event, url));
    case 'error':
      return alerts(ofEvent('created', readJson(Failed, body).data.error, url));
    case 'issue': {
      const { action, data } = readJson(Changed, body);
      const occasion = occasionOf(action, data.issue.substatus ?? '');
      if (occasion === undefined) return { kind: 'ignored', reason: `an issue that is ${action} asks for nothing` };
      return alerts(ofIssue(occasion, data.issue, url));
    }
    default:
      return { kind: 'ignored', reason: `${resource} asks for nothing` };
  }
}

function alerts(alert: Alert): AlertReading {
  return { kind: 'alerts', alerts: [alert] };
}

/** Archived and assigned issues are people's business. */
function occasionOf(action: string, substatus: string): Occasion | undefined {
  if (action === 'created') return 'created';
  if (action === 'resolved') return 'resolved';
  if (action !== 'unresolved') return undefined;
  if (substatus === 'regressed' || substatus === 'escalating') return substatus;
  return 'reopened';
}

/** An event has the number of its project; the slug stands in its API address only. */
const PROJECT_IN_URL = /\/projects\/[^/]+\/([^/]+)\/events\//;

function ofEvent(occasion: Occasion, event: z.infer<typeof Event>, url: string): Alert {
  const tag = (name: string): string | null => event.tags.find(([key]) => key === name)?.[1] ?? null;
  const slug = PROJECT_IN_URL.exec(event.url ?? '')?.[1];
  return {
    occasion,
    issueId: event.issue_id,
    issueUrl: issuePage(event.web_url, url),
    projects: [slug, event.project].filter((name) => typeof name === 'string'),
    title: event.title ?? '',
    level: event.level ?? tag('level'),
    environment: event.environment ?? tag('environment'),
    release: event.release ?? tag('release'),
  };
}

function ofIssue(occasion: Occasion, issue: z.infer<typeof Issue>, url: string): Alert {
  const { id, slug, name } = issue.project;
  return {
    occasion,
    issueId: issue.id,
    issueUrl: issuePage(issue.web_url ?? issue.permalink, url),
    projects: [slug, id, name].filter((one) => typeof one === 'string'),
    title: issue.title ?? '',
    level: issue.level ?? null,
    environment: null,
    release: null,
  };
}
