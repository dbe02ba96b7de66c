import { z } from 'zod';
import { notFound } from './failure.ts';
import type { HookRecord } from './hook-records.ts';
import { PageInput, paginate } from './paginate.ts';
import type { NamespaceRecord } from './records.ts';
import { namespaceName } from './render-project.ts';
import { EventList, listEvents, renderHook, resendBy, Resent } from './routes-hooks.ts';
import { Nothing, tokenRoute, type ParsedCall, type Route } from './route.ts';
import { Hook, HookEvent } from './shapes-hook.ts';
import { Id } from './shapes-user.ts';

const OWNER = 50;
const Paged = z.strictObject(PageInput);
const GroupList = z.strictObject({ ...PageInput, min_access_level: z.coerce.number().int().optional() });

/** https://docs.gitlab.com/api/groups/#list-groups, the fields that every tier has. */
const Group = z.strictObject({
  ...{ id: Id, name: z.string(), path: z.string(), full_path: z.string(), full_name: z.string(), web_url: z.string() },
  parent_id: Id.nullable(),
});

/** Groups and their hooks, for Owners: https://docs.gitlab.com/api/group_webhooks/ */
export const groupHookRoutes: readonly Route[] = [
  tokenRoute('GET /groups', { input: GroupList, answer: z.array(Group) }, (call) => {
    const { world, input } = call;
    const found = [...world.namespaces.values()].filter(
      (one) => one.kind === 'group' && levelIn(call, one) >= Math.max(1, input.min_access_level ?? 0),
    );
    const { page, headers } = paginate(call, input, found);
    const body = page.map((one) => ({
      ...{ id: one.id, name: namespaceName(one), path: one.path.split('/').at(-1), full_path: one.path },
      ...{ full_name: one.path, web_url: `${world.webUrl}/groups/${one.path}`, parent_id: one.parent?.id ?? null },
    }));
    return { status: 200, body, headers };
  }),
  tokenRoute('GET /groups/:id/hooks', { input: Paged, answer: z.array(Hook) }, (call) => {
    const group = groupOf(call);
    const { page, headers } = paginate(call, call.input, hooksOf(call, group));
    return { status: 200, body: page.map((one) => renderHook(call.world, group, one)), headers };
  }),
  tokenRoute('GET /groups/:id/hooks/:hook_id/events', { input: EventList, answer: z.array(HookEvent) }, (call) =>
    listEvents(call, hookOf(call), call.input),
  ),
  tokenRoute(
    'POST /groups/:id/hooks/:hook_id/events/:event_id/resend',
    { input: Nothing, answer: Resent },
    async (call) => resendBy(call, hookOf(call)),
  ),
];

function levelIn(call: ParsedCall<unknown>, group: NamespaceRecord): number {
  const own = group.members.get(call.user.id)?.level ?? 0;
  return group.parent === undefined ? own : Math.max(own, levelIn(call, group.parent));
}

function groupOf(call: ParsedCall<unknown>): NamespaceRecord {
  const found = [...call.world.namespaces.values()].find(({ id }) => id === Number(call.params['id']));
  if (!found || levelIn(call, found) < OWNER) throw notFound('Group');
  return found;
}

function hooksOf({ world }: ParsedCall<unknown>, group: NamespaceRecord): HookRecord[] {
  return world.hookList.filter((one) => one.groupPath === group.path);
}

function hookOf(call: ParsedCall<unknown>): HookRecord {
  const found = hooksOf(call, groupOf(call)).find(({ id }) => id === Number(call.params['hook_id']));
  if (!found) throw notFound('');
  return found;
}
