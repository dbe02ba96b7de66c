import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { IssueDesk, PlacedIssue } from '#core/ports/host/issue-desk.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import type { GitLabIdentity } from '../wire/identity.ts';
import { withoutQuickActions } from './quick-actions.ts';

/** 2,000 issues of our own: beyond that a project is not searched in one go. */
const PAGES_MAX = 20;

/** Our clock and GitLab's may differ; an issue is looked for from this much earlier on. */
const CLOCK_SKEW_MS = 5 * 60_000;

const Issue = z.object({ iid: z.number().int().positive(), web_url: z.string() });
type Issue = z.infer<typeof Issue>;

const IssuePage = z.array(
  Issue.extend({ description: z.string().nullish(), author: z.object({ id: z.number() }).nullable() }),
);

/** What the issue functions need. */
export interface IssueDeskDeps {
  readonly api: Api;
  readonly self: GitLabIdentity['self'];
}

/**
 * Issues of our own. Scope `api`, role Guest, Reporter to put labels on (https://docs.gitlab.com/api/issues/). A title has at
 * most 255 characters and a description 1,048,576 (`invalid` beyond); quick actions in it are taken for words. A project
 * without issues is `denied` or `missing`.
 */
export function createIssueDesk(deps: IssueDeskDeps): IssueDesk {
  const { api } = deps;
  return {
    findIssue: (repo, by) => findIssue(deps, repo, by),
    async openIssue(repo, { title, body, labels }) {
      const fields = {
        description: withoutQuickActions(body),
        ...(labels.length === 0 ? {} : { labels: labels.join() }),
      };
      const issue = await api.write(
        { repo, action: `opening an issue in ${fullName(repo)}` },
        (gitlab) => gitlab.Issues.create(repo.id, title, fields),
        Issue,
      );
      return toPlaced(issue);
    },
    async reopenIssue(repo, number) {
      await api.write(
        { repo, action: `reopening ${fullName(repo)}#${number}` },
        (gitlab) => gitlab.Issues.edit(repo.id, number, { stateEvent: 'reopen' }),
        Issue,
      );
    },
  };
}

/** Only an issue of our own account counts, whatever the filter lets through: anybody can quote a marker. */
async function findIssue(
  { api, self }: IssueDeskDeps,
  repo: RepoRef,
  by: { marker: string; since: string },
): Promise<PlacedIssue | undefined> {
  const action = `looking for our issue in ${fullName(repo)}`;
  const us = await self();
  const createdAfter = new Date(Date.parse(by.since) - CLOCK_SKEW_MS).toISOString();
  const order = { orderBy: 'created_at', sort: 'desc', perPage: PAGE_ITEMS } as const;
  const which = { projectId: repo.id, scope: 'all', authorId: us.id, createdAfter, ...order } as const;
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const found = await api.read({ repo, action }, (gitlab) => gitlab.Issues.all({ ...which, page }), IssuePage);
    const ours = found.find((one) => one.author?.id === us.id && one.description?.includes(by.marker));
    if (ours) return toPlaced(ours);
    if (found.length < PAGE_ITEMS) return undefined;
  }
  // Saying "there is none" would have the caller open a second one.
  throw new AppError(
    'unavailable',
    `${action} failed: there are more than ${PAGES_MAX * PAGE_ITEMS} since ${by.since}`,
  );
}

function toPlaced({ iid, web_url: url }: Issue): PlacedIssue {
  return { externalId: String(iid), url, number: iid };
}
