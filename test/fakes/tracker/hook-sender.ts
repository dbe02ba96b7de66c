import { setTimeout as sleep } from 'node:timers/promises';
import { createBackground, type Background } from '../git-host/background.ts';
import type { HookDelivery } from '../git-host/delivery.ts';
import { postHook } from '../git-host/hook-post.ts';
import type { Violation } from '../git-host/journal.ts';

/** How the next deliveries go wrong. */
export interface Disturbance {
  /** Only deliveries of this event; default any. */
  readonly event?: string;
  /** How many deliveries are disturbed; default 1. */
  readonly times?: number;
  /** Sent so much later. */
  readonly delayMs?: number;
  /** Sent so often, with the same headers and bytes; default 1, and 0 sends nothing. */
  readonly copies?: number;
  /** Sealed as somebody would who does not know the secret. */
  readonly forge?: 'signature' | 'body' | 'unsigned';
}

/** One call as it goes out. */
export interface Sealed {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One event before it is sent. */
export interface Draft {
  readonly event: string;
  readonly action: string | undefined;
  readonly payload: unknown;
  /** What of the payload departs from what the vendor documents. */
  readonly problems: readonly string[];
}

/** What a vendor brings to its webhooks. */
export interface HookParts {
  readonly deliveries: HookDelivery[];
  readonly violations: Violation[];
  readonly now: () => number;
  /** How long a receiver is given. */
  readonly timeoutMs: number;
  /** After so many timeouts in 24 hours nothing is sent any more; undefined: never. */
  readonly timeoutsMax: number | undefined;
  /** Adds signature and address; `guid` is a new one for each call but not for copies. */
  seal(body: string, draft: Draft & { readonly target: string; readonly guid: string; readonly at: number }): Sealed;
  /** Spoils what was sealed. */
  forge(sealed: Sealed, how: NonNullable<Disturbance['forge']>): Sealed;
  nextGuid(): string;
}

/** Sends webhooks. */
export interface HookSender extends Background {
  target: string | undefined;
  /** How often a receiver did not answer in time. */
  readonly timeouts: number;
  /** Resolves with the last call, or with a record that nothing was sent. */
  send(draft: Draft): Promise<HookDelivery>;
  disturb(disturbance: Disturbance): void;
  close(): void;
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Creates the sender. A payload that is not as documented is a violation, and sent nevertheless. */
export function createTrackerHooks(parts: HookParts): HookSender {
  const going = createBackground(parts.violations);
  const closing = new AbortController();
  const disturbances: { one: Disturbance; left: number }[] = [];
  const timeouts: number[] = [];
  const take = (event: string): Disturbance => {
    const found = disturbances.find(({ one, left }) => left > 0 && (one.event ?? event) === event);
    if (found) found.left -= 1;
    return found?.one ?? {};
  };
  const isUnsubscribed = (): boolean =>
    timeouts.filter((at) => parts.now() - at < DAY_MS).length >= (parts.timeoutsMax ?? Infinity);
  const deliver = async (draft: Draft): Promise<HookDelivery> => {
    const disturbance = take(draft.event);
    const guid = parts.nextGuid();
    const { target } = sender;
    if (target === undefined) return unsent(parts, { draft, guid }, 'no target');
    if (isUnsubscribed()) return unsent(parts, { draft, guid }, 'unsubscribed after too many timeouts');
    const { copies = 1, delayMs = 0, forge } = disturbance;
    if (copies === 0) return unsent(parts, { draft, guid }, 'lost');
    const honest = parts.seal(JSON.stringify(draft.payload), { ...draft, target, guid, at: parts.now() });
    const sealed = forge ? parts.forge(honest, forge) : honest;
    await sleep(delayMs, undefined, { signal: closing.signal });
    const calls = Array.from({ length: copies }, () => call(parts, { draft, guid, sealed }, closing.signal));
    const outcomes = await Promise.all(calls);
    for (const { delivery, timedOut } of outcomes) if (timedOut) timeouts.push(delivery.at);
    return outcomes.at(-1)?.delivery ?? unsent(parts, { draft, guid }, 'lost');
  };
  const sender: HookSender = {
    target: undefined,
    get timeouts() {
      return timeouts.length;
    },
    send: (draft) => {
      const { event, problems } = draft;
      if (problems.length > 0)
        parts.violations.push({ direction: 'webhook', operationId: event, errors: [...problems] });
      const work = deliver(draft);
      going.background(work.catch((error: unknown) => (closing.signal.aborted ? undefined : Promise.reject(error))));
      return work;
    },
    disturb: (one) => disturbances.push({ one, left: one.times ?? 1 }),
    ...going,
    close: () => closing.abort(new Error('the stand-in was closed')),
  };
  return sender;
}

interface Going {
  readonly draft: Draft;
  readonly guid: string;
}

async function call(
  { deliveries, now, timeoutMs }: HookParts,
  { draft, guid, sealed }: Going & { readonly sealed: Sealed },
  closing: AbortSignal,
): Promise<{ readonly delivery: HookDelivery; readonly timedOut: boolean }> {
  const at = now();
  const { status, text: response, timedOut = false } = await postHook({ ...sealed, timeoutMs }, closing);
  const { event, action } = draft;
  const { body, headers } = sealed;
  const delivery = { guid, event, action, body, headers, at, status, response, durationMs: now() - at };
  deliveries.push(delivery);
  return { delivery, timedOut };
}

function unsent({ deliveries, now }: HookParts, { draft, guid }: Going, response: string): HookDelivery {
  const { event, action, payload } = draft;
  const body = JSON.stringify(payload);
  const delivery = { guid, event, action, body, headers: {}, at: now(), status: null, response, durationMs: 0 };
  deliveries.push(delivery);
  return delivery;
}
