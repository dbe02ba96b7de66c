import { z } from 'zod';
import { notFound, refused } from './failure.ts';
import { alertStatus } from './hook-disabling.ts';
import type { HookEventRecord, HookRecord, Trigger } from './hook-records.ts';
import { PageInput, paginate } from './paginate.ts';
import type { ProjectRecord } from './records.ts';
import { isoTime, isoTimeOrNull } from './render-user.ts';
import { Nothing, projectRoute, type Call, type ProjectCall, type Route } from './route.ts';
import { Hook, HookEvent, NewHook } from './shapes-hook.ts';
import type { World } from './world.ts';

// `resend` is limited to five a minute per hook and user, says https://docs.gitlab.com/api/project_webhooks/
const RESENDS_MAX = 5;
const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;
const STATUS_CLASSES = { successful: 2, client_failure: 4, server_failure: 5 } as const;

const Paged = z.strictObject(PageInput);
// GitLab refuses a larger page: `lib/api/hooks/events.rb` in its source.
const EVENTS_PER_PAGE_MAX = 20;
export const EventList = z.strictObject({
  ...PageInput,
  per_page: z.coerce.number().int().min(1).max(EVENTS_PER_PAGE_MAX).optional(),
  status: z.union([z.string(), z.number()]).optional(),
});
export const Resent = z.strictObject({ response_status: z.union([z.number(), z.string()]) });

/** Project hooks, what they delivered, and delivering it again: https://docs.gitlab.com/api/project_webhooks/ */
export const hookRoutes: readonly Route[] = [
  projectRoute('GET /projects/:id/hooks', { need: 'maintain', input: Paged, answer: z.array(Hook) }, (call) => {
    const { world, project, input } = call;
    const { page, headers } = paginate(call, input, hooksOf(call));
    return { status: 200, body: page.map((one) => renderHook(world, project, one)), headers };
  }),
  projectRoute('POST /projects/:id/hooks', { need: 'maintain', input: NewHook, answer: Hook }, (call) => {
    const { world, project, input } = call;
    const asked: readonly (readonly [Trigger, boolean | undefined])[] = [
      ['push', input.push_events ?? true],
      ['issue', input.issues_events],
      ['note', input.note_events],
      ['merge_request', input.merge_requests_events],
      ['emoji', input.emoji_events],
      ['pipeline', input.pipeline_events],
      ['job', input.job_events],
    ];
    const triggers = new Set(asked.filter(([, wanted]) => wanted === true).map(([trigger]) => trigger));
    const { url, token } = input;
    const hook: HookRecord = {
      ...{ id: world.nextId(), project, groupPath: undefined, url, token, signingSecret: undefined, triggers },
      ...{ createdAt: world.now(), failures: 0, disabledUntil: undefined },
    };
    world.hookList.push(hook);
    return { status: 201, body: renderHook(world, project, hook), wrote: { kind: 'hook.create', id: hook.id } };
  }),
  projectRoute('GET /projects/:id/hooks/:hook_id', { need: 'maintain', input: Nothing, answer: Hook }, (call) => ({
    status: 200,
    body: renderHook(call.world, call.project, hookOf(call)),
  })),
  projectRoute(
    'GET /projects/:id/hooks/:hook_id/events',
    { need: 'maintain', input: EventList, answer: z.array(HookEvent) },
    (call) => {
      const { input } = call;
      const hook = hookOf(call);
      return listEvents(call, hook, input);
    },
  ),
  projectRoute(
    'POST /projects/:id/hooks/:hook_id/events/:event_id/resend',
    { need: 'maintain', input: Nothing, answer: Resent },
    resend,
  ),
];

function resend(call: ProjectCall<unknown>) {
  return resendBy(call, hookOf(call));
}

/** Sends an event of a hook again, as often as GitLab lets one do that. */
export async function resendBy(call: Call, hook: HookRecord) {
  const { world, token, params } = call;
  const event = world.hookEvents.find((one) => one.hook === hook && one.id === Number(params['event_id']));
  if (!event) throw notFound('');
  const recent = world.ledger.filter(
    (one) =>
      one.kind === 'hook.resend' &&
      one.tokenId === token.id &&
      one.at > world.now() - MINUTE_MS &&
      one.path.includes(`/hooks/${hook.id}/`),
  );
  if (recent.length >= RESENDS_MAX) {
    throw refused(429, { error: 'This endpoint has been requested too many times. Try again later.' });
  }
  const { status, response, guid } = await world.hooks.resend(event);
  if (status === null) throw refused(422, response);
  return { status: 201, body: { response_status: status }, wrote: { kind: 'hook.resend', id: guid } } as const;
}

// A project's list does not show the hooks of its groups.
function hooksOf({ world, project }: ProjectCall<unknown>): HookRecord[] {
  return world.hookList.filter((one) => one.project === project);
}

function hookOf(call: ProjectCall<unknown>): HookRecord {
  const hook = hooksOf(call).find((one) => one.id === Number(call.params['hook_id']));
  if (!hook) throw notFound('');
  return hook;
}

/** A hook's events of the last week, newest first. */
export function listEvents(call: Call, hook: HookRecord, input: z.infer<typeof EventList>) {
  const { world } = call;
  const found = world.hookEvents.filter(
    (one) => one.hook === hook && one.at >= world.now() - WEEK_MS && hasStatus(one, input.status),
  );
  const { page, headers } = paginate(call, input, found.toReversed());
  return { status: 200, body: page.map(renderEvent), headers };
}

function hasStatus({ status }: HookEventRecord, wanted: string | number | undefined): boolean {
  if (wanted === undefined) return true;
  for (const [name, digit] of Object.entries(STATUS_CLASSES)) {
    if (wanted === name) return status.startsWith(String(digit));
  }
  return status === String(wanted);
}

/** GitLab's hook of a project, or of a group. */
export function renderHook(world: World, owner: Pick<ProjectRecord, 'id'>, hook: HookRecord) {
  const { triggers } = hook;
  return {
    id: hook.id,
    url: hook.url ?? world.hooks.target ?? '',
    name: '',
    description: '',
    ...(hook.project === undefined ? { group_id: owner.id } : { project_id: owner.id }),
    push_events: triggers.has('push'),
    push_events_branch_filter: '',
    branch_filter_strategy: 'wildcard',
    issues_events: triggers.has('issue'),
    confidential_issues_events: false,
    merge_requests_events: triggers.has('merge_request'),
    tag_push_events: false,
    note_events: triggers.has('note'),
    confidential_note_events: false,
    job_events: triggers.has('job'),
    pipeline_events: triggers.has('pipeline'),
    emoji_events: triggers.has('emoji'),
    wiki_page_events: false,
    deployment_events: false,
    releases_events: false,
    feature_flag_events: false,
    milestone_events: false,
    resource_access_token_events: false,
    enable_ssl_verification: true,
    repository_update_events: false,
    alert_status: alertStatus(hook, world.now()),
    disabled_until: isoTimeOrNull(hook.disabledUntil),
    url_variables: [],
    created_at: isoTime(hook.createdAt),
    custom_webhook_template: '',
    custom_headers: [],
  };
}

function renderEvent(event: HookEventRecord) {
  const secret = 'X-Gitlab-Token' in event.requestHeaders ? { 'X-Gitlab-Token': '[REDACTED]' } : {};
  const data: unknown = JSON.parse(event.requestBody);
  return {
    id: event.id,
    url: event.url,
    trigger: event.trigger,
    request_headers: { ...event.requestHeaders, ...secret },
    request_data: data,
    response_headers: event.responseHeaders,
    response_body: event.responseBody,
    execution_duration: event.durationMs / 1_000,
    response_status: event.status,
  };
}
