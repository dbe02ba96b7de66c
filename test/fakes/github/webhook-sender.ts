import { createHmac, randomUUID } from 'node:crypto';
import type { AppCredentials } from './app-credentials.ts';
import type { Contract } from './contract.ts';
import { createBackground, type Background } from '../git-host/background.ts';
import type { HookDelivery } from '../git-host/delivery.ts';
import { postHook } from '../git-host/hook-post.ts';
import type { Violation } from '../git-host/journal.ts';

// "All GitHub Apps receive this event by default. You cannot manually subscribe to this event."
// https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation
const ALWAYS_SENT: ReadonlySet<string> = new Set(['installation', 'installation_repositories']);

/** One delivery, as the App's "Recent deliveries" page would list it; `guid` is `X-GitHub-Delivery`. */
export interface Delivery extends HookDelivery {
  /** GitHub's own number of this attempt; a repetition has another one under the same GUID. */
  readonly id: number;
  readonly redelivery: boolean;
}

/** A delivery of the test's own making. Signed with the App's secret unless `signature` says otherwise. */
export interface RawDelivery {
  readonly event: string;
  readonly body: string;
  readonly guid?: string | undefined;
  readonly redelivery?: boolean;
  /** Value of `X-Hub-Signature-256`; null leaves the header out. */
  readonly signature?: string | null;
}

/** Delivers webhooks to one target and remembers each delivery. */
export interface HookSender extends Background {
  target: string | undefined;
  /** While set, GitHub forgets to deliver: nothing is sent, and no list ever names it. */
  loses: boolean;
  /** Signs and sends an event; events the App has not subscribed to are recorded and not sent. */
  send(event: string, payload: Readonly<Record<string, unknown>>): Promise<Delivery>;
  sendRaw(raw: RawDelivery): Promise<Delivery>;
  close(): void;
}

/** What the sender needs from the stand-in. */
export interface HookSenderParts {
  readonly app: AppCredentials;
  readonly contract: Contract;
  readonly deliveries: Delivery[];
  readonly violations: Violation[];
  readonly now: () => number;
  readonly nextId: () => number;
}

/** Creates the sender. Payloads are checked against GitHub's webhook schemas before they leave. */
export function createHookSender(parts: HookSenderParts): HookSender {
  const { contract, violations, app } = parts;
  const going = createBackground(violations);
  const closing = new AbortController();
  const deliver = (raw: RawDelivery, target: string | undefined): Promise<Delivery> => {
    const work = dispatch(parts, raw, { target, closing: closing.signal, loses: sender.loses });
    going.background(work);
    return work;
  };
  const sender: HookSender = {
    target: undefined,
    loses: false,
    send: (event, payload) => {
      const errors = contract.checkWebhook(event, payload) ?? [`GitHub describes no ${event} webhook of this action`];
      if (errors.length > 0) violations.push({ direction: 'webhook', operationId: event, errors });
      const isWanted = app.events.includes(event) || ALWAYS_SENT.has(event);
      const target = isWanted ? sender.target : undefined;
      return deliver({ event, body: JSON.stringify(payload) }, target);
    },
    ...going,
    sendRaw: (raw) => deliver(raw, sender.target),
    close: () => closing.abort(new Error('the stand-in was closed')),
  };
  return sender;
}

async function dispatch(
  { app, now, nextId, deliveries }: HookSenderParts,
  raw: RawDelivery,
  to: { readonly target: string | undefined; readonly closing: AbortSignal; readonly loses: boolean },
): Promise<Delivery> {
  const headers = hookHeaders(app, raw);
  const at = now();
  const id = nextId();
  const isSent = to.target !== undefined && !to.loses;
  const sent = isSent ? await postHook({ url: to.target, body: raw.body, headers }, to.closing) : NOT_SENT;
  const delivery: Delivery = {
    id,
    redelivery: raw.redelivery ?? false,
    guid: headers['x-github-delivery'] ?? '',
    event: raw.event,
    action: actionOf(raw.body),
    body: raw.body,
    headers,
    at,
    status: sent.status,
    response: sent.text,
    durationMs: now() - at,
  };
  if (!to.loses) deliveries.push(delivery);
  return delivery;
}

const NOT_SENT = { status: null, text: 'not sent' } as const;

/** The value of `X-Hub-Signature-256` for a body. */
function signBody(secret: string, body: string, algorithm: 'sha256' | 'sha1' = 'sha256'): string {
  return `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`;
}

// https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers
function hookHeaders(app: AppCredentials, raw: RawDelivery): Record<string, string> {
  const signature = raw.signature === undefined ? signBody(app.webhookSecret, raw.body) : raw.signature;
  return {
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/044aadd',
    'x-github-delivery': raw.guid ?? randomUUID(),
    'x-github-event': raw.event,
    'x-github-hook-id': String(app.id + 1),
    'x-github-hook-installation-target-id': String(app.id),
    'x-github-hook-installation-target-type': 'integration',
    ...(signature === null ? {} : { 'x-hub-signature-256': signature }),
    ...(raw.signature === undefined ? { 'x-hub-signature': signBody(app.webhookSecret, raw.body, 'sha1') } : {}),
  };
}

function actionOf(body: string): string | undefined {
  return /^\{"action":"(\w+)"/.exec(body)?.[1];
}
