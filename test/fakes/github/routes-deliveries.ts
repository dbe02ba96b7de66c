import { z } from 'zod';
import { notFound } from './failure.ts';
import { isoTime } from './render-user.ts';
import { redeliver } from './redeliver.ts';
import { appRoute, type Call, type Route } from './route.ts';
import type { Delivery } from './webhook-sender.ts';
import type { World } from './world.ts';

/** "You can redeliver webhooks that were delivered in the past 3 days": https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks */
const REMEMBERED_MS = 3 * 24 * 3_600_000;
const PER_PAGE_DEFAULT = 30;
const BAD_GATEWAY = 502;
const GATEWAY_TIMEOUT = 504;

/** The App's list of what it was sent, newest first, and asking for one of them again. */
export const deliveryRoutes: readonly Route[] = [
  appRoute('GET /app/hook/deliveries', (call) => {
    const perPage = Number(call.query.get('per_page') ?? PER_PAGE_DEFAULT);
    const from = Number(call.query.get('cursor')?.replace(/^v1_/, '') ?? Number.MAX_SAFE_INTEGER);
    const rest = remembered(call.world).filter(({ id }) => id <= from);
    const next = rest[perPage];
    return {
      status: 200,
      body: rest.slice(0, perPage).map(render),
      headers: next === undefined ? {} : { link: linkTo(call, next) },
    };
  }),
  appRoute('POST /app/hook/deliveries/{delivery_id}/attempts', ({ world, params }) => {
    const former = remembered(world).find(({ id }) => String(id) === params['delivery_id']);
    if (former === undefined) throw notFound();
    world.hooks.background(redeliver(world, former.guid));
    return { status: 202, body: {}, wrote: { kind: 'delivery.attempt', id: former.id } };
  }),
];

function remembered({ deliveries, now }: World): Delivery[] {
  return deliveries.filter((one) => isMade(one) && one.at > now() - REMEMBERED_MS).toSorted((a, b) => b.id - a.id);
}

// Without a target or a subscription GitHub makes no delivery at all.
function isMade({ status, response }: Delivery): boolean {
  return status !== null || response !== 'not sent';
}

function linkTo({ world, path, query }: Call, { id }: Delivery): string {
  const next = new URLSearchParams(query);
  next.set('cursor', `v1_${id}`);
  return `<${world.apiUrl}${path}?${next.toString()}>; rel="next"`;
}

const Named = z.object({
  installation: z.object({ id: z.number() }).optional(),
  repository: z.object({ id: z.number() }).optional(),
});

function render(delivery: Delivery) {
  const { id, guid, at, redelivery, durationMs, event, action = null } = delivery;
  const named = namedIn(delivery.body);
  return {
    id,
    guid,
    delivered_at: isoTime(at),
    redelivery,
    duration: durationMs / 1_000,
    ...statusOf(delivery),
    event,
    action,
    installation_id: named?.installation?.id ?? null,
    repository_id: named?.repository?.id ?? null,
    throttled_at: null,
  };
}

// The words of https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/troubleshooting-webhooks
function statusOf({ status, response }: Delivery): { status: string; status_code: number } {
  if (status !== null) return { status: status < 300 ? 'OK' : 'Invalid HTTP Response', status_code: status };
  if (response.includes('TimeoutError')) return { status: 'timed out', status_code: GATEWAY_TIMEOUT };
  return { status: 'failed to connect to host', status_code: BAD_GATEWAY };
}

function namedIn(body: string): z.infer<typeof Named> | undefined {
  try {
    return Named.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}
