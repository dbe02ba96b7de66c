import { randomUUID } from 'node:crypto';
import { createBackground, type Background } from '../git-host/background.ts';
import type { HookDelivery } from '../git-host/delivery.ts';
import type { Violation } from '../git-host/journal.ts';
import { alertStatus, countOutcome } from './hook-disabling.ts';
import { eventHeader, hookHeaders } from './hook-headers.ts';
import { postHook } from '../git-host/hook-post.ts';
import { TRIGGERS, type HookEventRecord, type HookRecord, type Trigger } from './hook-records.ts';
import { problemsOf } from './problems.ts';
import type { ProjectRecord } from './records.ts';
import { HOOK_SHAPES } from './shapes-webhook.ts';

/** One call of a hook: `guid` is `Idempotency-Key` and `webhook-id`, `action` that of `object_attributes`. */
export interface Delivery extends HookDelivery<Trigger> {
  readonly hookId: number | undefined;
  /** Number of the hook's event; undefined when GitLab would have logged none. */
  readonly eventId: number | undefined;
}

/** Which deliveries shall not arrive. A `logged` one stands among the hook's events as failed, another leaves no trace. */
export interface Loss {
  /** Default 1. */
  readonly times?: number;
  /** Default: any. */
  readonly event?: Trigger;
  /** Default true. */
  readonly logged?: boolean;
}

/** Calls hooks and remembers each call. */
export interface HookSender extends Background {
  target: string | undefined;
  /** Calls every hook of the project for that event; resolves with the first call, or with a record that nothing was sent. */
  send(project: ProjectRecord, event: Trigger, payload: Readonly<Record<string, unknown>>): Promise<Delivery>;
  /** Sends a logged event again, under the same key, even by a disabled hook. */
  resend(event: HookEventRecord): Promise<Delivery>;
  lose(loss: Loss): void;
  close(): void;
}

/** What the sender needs from the stand-in. */
export interface HookSenderParts {
  readonly webUrl: string;
  readonly hookList: readonly HookRecord[];
  readonly hookEvents: HookEventRecord[];
  readonly deliveries: Delivery[];
  readonly violations: Violation[];
  readonly now: () => number;
  readonly nextId: () => number;
  readonly autoDisable: boolean;
}

type Draft = Pick<Delivery, 'event' | 'body' | 'guid'>;

/** Creates the sender. Payloads are checked against the shapes of GitLab's documented samples before they leave. */
export function createHookSender(parts: HookSenderParts): HookSender {
  const going = createBackground(parts.violations);
  const closing = new AbortController();
  const losses: { loss: Loss; left: number }[] = [];
  const takeLoss = (event: Trigger): Loss | undefined => {
    const found = losses.find((one) => one.left > 0 && (one.loss.event ?? event) === event);
    if (found) found.left -= 1;
    return found?.loss;
  };
  const call = (hook: HookRecord, draft: Draft, force: boolean): Promise<Delivery> => {
    const work = callHook(parts, { hook, draft, force }, { sender, closing: closing.signal, loss: takeLoss });
    going.background(work);
    return work;
  };
  const sender: HookSender = {
    target: undefined,
    send: (project, event, payload) => {
      const errors = problemsOf(HOOK_SHAPES[event], payload);
      if (errors.length > 0) parts.violations.push({ direction: 'webhook', operationId: event, errors });
      const body = JSON.stringify(payload);
      const calls = hooksFor(parts.hookList, project, event).map((hook) =>
        call(hook, { event, body, guid: randomUUID() }, false),
      );
      return calls[0] ?? Promise.resolve(unsent(parts, { event, body, guid: randomUUID() }, 'no hook'));
    },
    resend: (former) =>
      call(
        former.hook,
        { event: triggerOf(former.trigger), body: former.requestBody, guid: former.idempotencyKey },
        true,
      ),
    lose: (loss) => losses.push({ loss, left: loss.times ?? 1 }),
    ...going,
    close: () => closing.abort(new Error('the stand-in was closed')),
  };
  return sender;
}

function hooksFor(hooks: readonly HookRecord[], project: ProjectRecord, event: Trigger): HookRecord[] {
  const below = (path: string | undefined): boolean => path !== undefined && project.fullName.startsWith(`${path}/`);
  return hooks.filter((one) => (one.project === project || below(one.groupPath)) && one.triggers.has(event));
}

async function callHook(
  parts: HookSenderParts,
  { hook, draft, force }: { hook: HookRecord; draft: Draft; force: boolean },
  to: { sender: HookSender; closing: AbortSignal; loss: (event: Trigger) => Loss | undefined },
): Promise<Delivery> {
  const { now, nextId } = parts;
  const at = now();
  const url = hook.url ?? to.sender.target;
  if (url === undefined) return unsent(parts, draft, 'no target');
  if (parts.autoDisable && !force && alertStatus(hook, at) !== 'executable')
    return unsent(parts, draft, 'hook disabled');
  const loss = to.loss(draft.event);
  if (loss?.logged === false) return unsent(parts, draft, 'lost without a trace');
  const event = eventHeader(draft.event);
  const { body, guid } = draft;
  const headers = hookHeaders(hook, { event, body, idempotencyKey: guid, instanceUrl: parts.webUrl, atMs: at });
  const answer = loss
    ? { status: null, headers: {}, text: 'lost' }
    : await postHook({ url, body, headers }, to.closing);
  const succeeded = answer.status !== null && answer.status < 400;
  countOutcome(hook, succeeded, now());
  const logged: HookEventRecord = {
    id: nextId(),
    hook,
    trigger: `${draft.event}_hooks`,
    url,
    at,
    idempotencyKey: guid,
    requestHeaders: headers,
    requestBody: body,
    responseHeaders: answer.headers,
    responseBody: answer.status === null ? '' : answer.text,
    status: answer.status === null ? 'internal error' : String(answer.status),
    durationMs: now() - at,
  };
  parts.hookEvents.push(logged);
  const { status, text: response } = answer;
  return remember(parts, draft, { headers, status, response, hookId: hook.id, eventId: logged.id, at });
}

function unsent(parts: HookSenderParts, draft: Draft, response: string): Delivery {
  const at = parts.now();
  return remember(parts, draft, { headers: {}, status: null, response, hookId: undefined, eventId: undefined, at });
}

function remember(
  { deliveries, now }: HookSenderParts,
  draft: Draft,
  outcome: Pick<Delivery, 'headers' | 'status' | 'response' | 'hookId' | 'eventId' | 'at'>,
): Delivery {
  const action = /"object_attributes":\{.*?"action":"(\w+)"/.exec(draft.body)?.[1];
  const delivery: Delivery = { ...draft, action, ...outcome, durationMs: now() - outcome.at };
  deliveries.push(delivery);
  return delivery;
}

function triggerOf(trigger: string): Trigger {
  const found = TRIGGERS.find((one) => `${one}_hooks` === trigger);
  if (!found) throw new Error(`no trigger ${trigger}`);
  return found;
}
