import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { DeliveryLog, HostDelivery } from '#core/ports/host/delivery-log.ts';
import type { Api } from '../wire/api.ts';
import type { GitLabClient } from '../wire/client.ts';
import { createOurHooks, type OurHooksDeps } from './our-hooks.ts';

/** The most GitLab gives of these: `lib/api/hooks/events.rb` in its source. */
const EVENTS_PER_PAGE = 20;

/** GitLab takes five a minute for each hook and account: https://docs.gitlab.com/api/project_webhooks/#resend-a-project-webhook-event */
const REDELIVERIES_MAX = 5;

const Event = z.object({
  id: z.number(),
  request_headers: z.record(z.string(), z.unknown()).nullish(),
  request_data: z.unknown(),
  response_headers: z.record(z.string(), z.unknown()).nullish(),
  /** A code as text, or `internal error` when nobody answered. */
  response_status: z.union([z.string(), z.number()]).nullish(),
});
type Event = z.infer<typeof Event>;
const Page = z.array(Event);
const Resent = z.object({ response_status: z.union([z.string(), z.number()]) });

const Attributes = z.object({
  object_attributes: z.object({ updated_at: z.string().nullish(), created_at: z.string().nullish() }),
});
/** `projects/3/hooks/7#2`: the hook, and the page of its events that is read next. */
const CURSOR = /^((?:projects|groups)\/\d+\/hooks\/\d+)#(\d+)$/;
const EVENT_PATH = /^(?:projects|groups)\/\d+\/hooks\/\d+\/events\/\d+$/;

/**
 * What GitLab delivered by hooks of ours, which it remembers for seven days: `GET …/hooks/:id/events` and `POST …/resend`,
 * since 17.4. Scope `api`; role Maintainer of the project, or Owner of the group. GitLab does not tell when an event was, so
 * the time is that of its signature, of our answer, or of what it is about, and else that of the event after it.
 */
export function createDeliveryLog(deps: OurHooksDeps): DeliveryLog {
  const ourHooks = createOurHooks(deps);
  return {
    redeliveriesMax: REDELIVERIES_MAX,
    async listDeliveries({ since, cursor }) {
      const { paths, hindered } = await ourHooks();
      const [, from, digits = '1'] = CURSOR.exec(cursor ?? '') ?? [];
      const path = from === undefined ? paths[0] : paths.find((one) => one >= from);
      const why = hindered === undefined ? {} : { hindered };
      if (path === undefined) return { deliveries: [], next: undefined, ...why };
      const page = path === from ? Number(digits) : 1;
      const events = await eventsOf(deps.api, path, page);
      const all = timed(events, deps.now()).map((one) => toDelivery(path, one));
      const deliveries = all.filter(({ deliveredAt }) => deliveredAt >= since);
      const following = paths.find((one) => one > path);
      const isMore = events.length === EVENTS_PER_PAGE && deliveries.length > 0;
      const next = isMore ? `${path}#${page + 1}` : following && `${following}#1`;
      return { deliveries, next, ...why };
    },
    async redeliver(externalId) {
      if (!EVENT_PATH.test(externalId)) throw new AppError('invalid', 'event id is not one of ours');
      await deps.api.write(
        { repo: undefined, action: `asking for ${externalId} again` },
        async (gitlab) => {
          const { requester, rest } = below(gitlab, externalId);
          return (await requester.post(`${rest}/resend`)).body;
        },
        Resent,
      );
    },
  };
}

function eventsOf(api: Api, path: string, page: number): Promise<Event[]> {
  return api.read(
    { repo: undefined, action: `listing what ${path} delivered` },
    async (gitlab) => {
      const searchParams = { per_page: EVENTS_PER_PAGE, page };
      const { requester, rest } = below(gitlab, path);
      return (await requester.get(`${rest}/events`, { searchParams })).body;
    },
    Page,
  );
}

/** Gitbeaker has no function for either; its ways of sending begin every path with `projects` or `groups`. */
function below(gitlab: GitLabClient, path: string) {
  const { requester } = path.startsWith('groups/') ? gitlab.GroupHooks : gitlab.ProjectHooks;
  return { requester, rest: path.slice(path.indexOf('/') + 1) };
}

/** Newest first, as GitLab lists them; what says nothing of its time was before the one that is listed before it. */
function timed(events: readonly Event[], nowMs: number): { event: Event; atMs: number }[] {
  let atMs = nowMs;
  return events.map((event) => {
    atMs = Math.min(atMs, timeOf(event) ?? atMs);
    return { event, atMs };
  });
}

function timeOf({ request_headers: sent, response_headers: answered, request_data: data }: Event): number | undefined {
  const signedSec = Number(header(sent, 'webhook-timestamp') ?? Number.NaN);
  if (Number.isFinite(signedSec)) return signedSec * 1_000;
  const about = Attributes.safeParse(data).data?.object_attributes;
  const texts = [header(answered, 'date'), about?.updated_at, about?.created_at];
  return texts.map((text) => Date.parse((text ?? '').replace(/ UTC$/, 'Z'))).find((time) => Number.isFinite(time));
}

function toDelivery(path: string, { event, atMs }: { event: Event; atMs: number }): HostDelivery {
  const { id, request_headers: sent, response_status: status } = event;
  const guid = header(sent, 'webhook-id') ?? header(sent, 'idempotency-key') ?? `${path}/events/${id}`;
  const deliveredAt = new Date(atMs).toISOString();
  return { externalId: `${path}/events/${id}`, guid, deliveredAt, ok: /^2\d\d$/.test(String(status ?? '')) };
}

function header(headers: Event['request_headers'], name: string): string | undefined {
  const value = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}
