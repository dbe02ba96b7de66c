import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { WordLog } from '#core/ports/host/word-log.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import type { GitLabClient } from '../wire/client.ts';
import { withoutTrailingSlash } from '#core/contracts/host-variables.ts';

/** Projects whose hooks are looked at; each is a request. */
const PROJECTS_MAX = 500;
/** Hooks come and go seldom; looking for them costs a request per project. */
const FRESH_MS = 10 * 60_000;
const OWNER = 50;

const Hooks = z.array(z.object({ id: z.number(), url: z.string(), alert_status: z.string().nullish() }));
const Groups = z.array(z.object({ id: z.number(), full_path: z.string() }));

/** Hooks that call us: paths below the API, `projects/3/hooks/7`, in a fixed order. */
export interface OurHooks {
  readonly paths: readonly string[];
  /** Why there may be more that we cannot see, or that do not call us, in words to show. */
  readonly hindered: string | undefined;
}

/** What finding hooks needs. `webhookUrl`: the address hooks call us at; `now` in milliseconds since the epoch. */
export interface OurHooksDeps {
  readonly api: Api;
  readonly projects: Pick<WordLog, 'repositories'>;
  readonly webhookUrl: string | undefined;
  readonly now: () => number;
}

/**
 * Finds the hooks of our projects and of their groups whose address is ours; those of others are none of our business. Role
 * Maintainer of the project, Owner of the group (https://docs.gitlab.com/api/project_webhooks/, …/group_webhooks/), which a
 * bot need not have: what it may not see it tells.
 */
export function createOurHooks(deps: OurHooksDeps): () => Promise<OurHooks> {
  let known: { readonly hooks: Promise<OurHooks>; readonly atMs: number } | undefined;
  return () => {
    if (deps.webhookUrl === undefined)
      return Promise.resolve({ paths: [], hindered: 'GITLAB_WEBHOOK_URL is not set, so I cannot tell my webhooks' });
    if (known !== undefined && deps.now() - known.atMs < FRESH_MS) return known.hooks;
    const hooks = findHooks(deps, withoutTrailingSlash(deps.webhookUrl)).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    known = { hooks, atMs: deps.now() };
    return hooks;
  };
}

interface Seen {
  readonly paths: string[];
  off: number;
}

async function findHooks({ api, projects }: OurHooksDeps, url: string): Promise<OurHooks> {
  const ours = await allProjects(projects);
  const seen: Seen = { paths: [], off: 0 };
  const note = (place: string, hooks: z.infer<typeof Hooks>): boolean => {
    const mine = hooks.filter((hook) => withoutTrailingSlash(hook.url) === url);
    seen.paths.push(...mine.map(({ id }) => `${place}/hooks/${id}`));
    seen.off += mine.filter(({ alert_status: status }) => status === 'disabled').length;
    return mine.length > 0;
  };
  const covered: string[] = [];
  for (const { id, full_path: path } of await groupsOf(api, ours)) {
    const hooks = await unlessRefused(readHooks(api, (gitlab, page) => gitlab.GroupHooks.all(id, page)));
    if (note(`groups/${id}`, hooks ?? [])) covered.push(`${path}/`);
  }
  let uncovered = 0;
  for (const { id, owner } of ours.slice(0, PROJECTS_MAX)) {
    const hooks = await unlessRefused(readHooks(api, (gitlab, page) => gitlab.ProjectHooks.all(id, page)));
    const isCalled = note(`projects/${id}`, hooks ?? []);
    if (!isCalled && !covered.some((path) => `${owner}/`.startsWith(path))) uncovered += 1;
  }
  uncovered += Math.max(0, ours.length - PROJECTS_MAX);
  return { paths: seen.paths.toSorted(), hindered: hindrance({ uncovered, all: ours.length, off: seen.off }) };
}

function hindrance({ uncovered, all, off }: { uncovered: number; all: number; off: number }): string | undefined {
  const reasons = [
    ...(uncovered === 0
      ? []
      : [
          `of ${uncovered} of ${all} projects I see no webhook to GITLAB_WEBHOOK_URL; seeing one takes the role ` +
            'Maintainer, or Owner of the group',
        ]),
    ...(off === 0 ? [] : [`GitLab has turned ${off} of my webhooks off after failures`]),
  ];
  return reasons.length === 0 ? undefined : reasons.join('; ');
}

async function allProjects({ repositories }: Pick<WordLog, 'repositories'>): Promise<RepoRef[]> {
  const found: RepoRef[] = [];
  let cursor: string | undefined;
  do {
    const { repos, next } = await repositories(cursor);
    found.push(...repos);
    cursor = next;
  } while (cursor !== undefined);
  return found;
}

/** Groups that we own and that hold projects of ours. */
async function groupsOf(api: Api, projects: readonly RepoRef[]): Promise<z.infer<typeof Groups>> {
  const found: z.infer<typeof Groups> = [];
  for (let page = 1; ; page += 1) {
    const groups = await api.read(
      { repo: undefined, action: 'listing the groups we own' },
      async (gitlab) => {
        // Gitbeaker's own function takes keyset pages only, for which GitLab wants another order.
        const searchParams = { min_access_level: OWNER, per_page: PAGE_ITEMS, page };
        return (await gitlab.Groups.requester.get('groups', { searchParams })).body;
      },
      Groups,
    );
    found.push(...groups);
    if (groups.length < PAGE_ITEMS) break;
  }
  return found.filter(({ full_path: path }) => projects.some(({ owner }) => `${owner}/`.startsWith(`${path}/`)));
}

/** One page: GitLab lets a project have a hundred hooks and a group fifty. */
function readHooks(
  api: Api,
  ask: (gitlab: GitLabClient, page: { perPage: number; page: number }) => Promise<unknown>,
): Promise<z.infer<typeof Hooks>> {
  const target = { repo: undefined, action: 'looking for our webhooks' };
  return api.read(target, (gitlab) => ask(gitlab, { perPage: PAGE_ITEMS, page: 1 }), Hooks);
}

async function unlessRefused<Value>(read: Promise<Value>): Promise<Value | undefined> {
  return read.catch((thrown: unknown) => {
    if (thrown instanceof AppError && (thrown.code === 'denied' || thrown.code === 'missing')) return undefined;
    throw thrown;
  });
}
