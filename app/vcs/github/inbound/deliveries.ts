import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type { HostCall } from '#core/domain/host/host-call.ts';
import type { DeliveryLog, HostDelivery } from '#core/ports/host/delivery-log.ts';
import { hostId, PAGE_ITEMS } from '../wire/api.ts';
import { toGitHubError, unreadableAnswer } from '../wire/errors.ts';

const Item = z.object({
  id: z.number(),
  guid: z.string(),
  delivered_at: z.iso.datetime({ offset: true }),
  /** Of the receiver's answer; GitHub puts a number outside 2xx when there was none. */
  status_code: z.number(),
});
const Page = z.array(Item);

/**
 * A request that changes something counts 5 of the 900 points a minute that GitHub allows at one address:
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
const REDELIVERIES_MAX = 150;

/** What the log needs: the App itself and a clock in milliseconds since the epoch. */
export interface DeliveryLogDeps {
  readonly app: Octokit;
  readonly now: () => number;
}

/**
 * What GitHub delivered to the App, which it remembers for three days and never repeats by itself. Asked as the App, which
 * needs no permission: https://docs.github.com/en/rest/apps/webhooks and
 * https://docs.github.com/en/webhooks/using-webhooks/automatically-redelivering-failed-deliveries-for-a-github-app-webhook
 */
export function createDeliveryLog(deps: DeliveryLogDeps): DeliveryLog {
  const { apps } = deps.app.rest;
  return {
    redeliveriesMax: REDELIVERIES_MAX,
    async listDeliveries({ since, cursor }) {
      const asked: HostCall = { action: 'listing webhook deliveries', write: false };
      const { data, headers } = await apps
        .listWebhookDeliveries({ per_page: PAGE_ITEMS, ...(cursor === undefined ? {} : { cursor }) })
        .catch(translating(asked, deps));
      const page = Page.safeParse(data);
      if (!page.success) throw unreadableAnswer(asked, page.error);
      return withinWindow(page.data, { since, next: nextCursor(headers.link) });
    },
    async redeliver(externalId) {
      const delivery_id = hostId(externalId, 'delivery');
      const asked: HostCall = { action: `asking for webhook delivery ${externalId} again`, write: true };
      await apps.redeliverWebhookDelivery({ delivery_id }).catch(translating(asked, deps));
    },
  };
}

/** The list has no filter by time, so it is read until it is older than what was asked for. */
function withinWindow(items: z.infer<typeof Page>, { since, next }: { since: string; next: string | undefined }) {
  const fromMs = Date.parse(since);
  const young = items.filter((item) => Date.parse(item.delivered_at) >= fromMs);
  const answered = new Set(items.filter(isAnswered).map(({ guid }) => guid));
  const deliveries = young.map((item): HostDelivery => {
    const deliveredAt = new Date(item.delivered_at).toISOString();
    return { externalId: String(item.id), guid: item.guid, deliveredAt, ok: answered.has(item.guid) };
  });
  return { deliveries, next: young.length < items.length ? undefined : next };
}

function isAnswered({ status_code: status }: z.infer<typeof Item>): boolean {
  return status >= 200 && status < 300;
}

/** The cursor is in the address of the next page: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function nextCursor(link: string | undefined): string | undefined {
  const address = /<([^<>]*)>;\s*rel="next"/.exec(link ?? '')?.[1];
  if (address === undefined || !URL.canParse(address)) return undefined;
  return new URL(address).searchParams.get('cursor') ?? undefined;
}

function translating(call: HostCall, { now }: DeliveryLogDeps) {
  return (error: unknown): never => {
    throw toGitHubError(error, call, now());
  };
}
