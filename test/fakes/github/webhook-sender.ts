import { createHmac, randomUUID } from 'node:crypto';
import type { AppCredentials } from './app-credentials.ts';
import type { Contract } from './contract.ts';
import type { Violation } from '../git-host/journal.ts';

// GitHub gives a receiver 10 s: https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks
const DELIVERY_TIMEOUT_MS = 10_000;
const RESPONSE_CHARS_MAX = 2_000;

// "All GitHub Apps receive this event by default. You cannot manually subscribe to this event."
// https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation
const ALWAYS_SENT: ReadonlySet<string> = new Set(['installation', 'installation_repositories']);

/** One delivery, as the App's "Recent deliveries" page would list it. */
export interface Delivery {
  /** GitHub's own number of this attempt; a repetition has another one under the same GUID. */
  readonly id: number;
  readonly redelivery: boolean;
  /** `X-GitHub-Delivery`. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | undefined;
  /** The exact bytes that were signed and sent. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly at: number;
  /** HTTP status of the receiver; null when nothing was sent (no target, not subscribed) or nobody answered. */
  readonly status: number | null;
  /** Start of the receiver's answer, or why there is none. */
  readonly response: string;
  readonly durationMs: number;
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
export interface HookSender {
  target: string | undefined;
  /** While set, GitHub forgets to deliver: nothing is sent, and no list ever names it. */
  loses: boolean;
  /** Signs and sends an event; events the App has not subscribed to are recorded and not sent. */
  send(event: string, payload: Readonly<Record<string, unknown>>): Promise<Delivery>;
  sendRaw(raw: RawDelivery): Promise<Delivery>;
  /** Lets a delivery go on by itself; a failure to prepare it becomes a violation. */
  background(work: Promise<unknown>): void;
  /** Resolves when no delivery is under way. */
  settled(): Promise<void>;
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
  const pending = new Set<Promise<unknown>>();
  const closing = new AbortController();
  const background = (work: Promise<unknown>): void => {
    const tracked = work
      .catch((error: unknown) => {
        violations.push({ direction: 'webhook', operationId: 'preparation', errors: [String(error)] });
      })
      .finally(() => pending.delete(tracked));
    pending.add(tracked);
  };
  const deliver = (raw: RawDelivery, target: string | undefined): Promise<Delivery> => {
    const work = dispatch(parts, raw, { target, closing: closing.signal, loses: sender.loses });
    background(work);
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
    background,
    sendRaw: (raw) => deliver(raw, sender.target),
    settled: async () => {
      while (pending.size > 0) await Promise.allSettled(pending);
    },
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
  const sent = isSent ? await post(to.target, { body: raw.body, headers }, to.closing) : NOT_SENT;
  const delivery: Delivery = {
    id,
    redelivery: raw.redelivery ?? false,
    guid: headers['x-github-delivery'] ?? '',
    event: raw.event,
    action: actionOf(raw.body),
    body: raw.body,
    headers,
    at,
    ...sent,
    durationMs: now() - at,
  };
  if (!to.loses) deliveries.push(delivery);
  return delivery;
}

const NOT_SENT = { status: null, response: 'not sent' } as const;

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

async function post(
  target: string,
  delivery: { readonly body: string; readonly headers: Record<string, string> },
  closing: AbortSignal,
): Promise<{ status: number | null; response: string }> {
  try {
    const response = await fetch(target, {
      method: 'POST',
      // A kept connection may be closed by the receiver in the very moment it is used again.
      headers: { ...delivery.headers, connection: 'close' },
      body: delivery.body,
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(DELIVERY_TIMEOUT_MS)]),
    });
    return { status: response.status, response: (await response.text()).slice(0, RESPONSE_CHARS_MAX) };
  } catch (error) {
    return { status: null, response: `no answer: ${String(error)}` };
  }
}

function actionOf(body: string): string | undefined {
  return /^\{"action":"(\w+)"/.exec(body)?.[1];
}
