import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { IssueDesk, PlacedIssue } from '#core/ports/host/issue-desk.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import type { GitHubIdentity } from '../wire/identity.ts';

/** 2,000 issues and pull requests: beyond that a repository is not searched in one go. */
const PAGES_MAX = 20;

/** Our clock and GitHub's may differ; an issue is looked for from this much earlier on. */
const CLOCK_SKEW_MS = 5 * 60_000;

const Issue = z.object({ number: z.number().int().positive(), html_url: z.string() });
type Issue = z.infer<typeof Issue>;

const IssuePage = z.array(
  Issue.extend({
    body: z.string().nullish(),
    created_at: z.iso.datetime({ offset: true }),
    /** Null when the account is gone. */
    user: z.object({ id: z.number() }).nullable(),
    /** Pull requests are in the list too. */
    pull_request: z.unknown().optional(),
  }),
);

/** What the issue functions need. */
export interface IssueDeskDeps {
  readonly api: Api;
  readonly self: GitHubIdentity['self'];
}

const purpose = 'issues';

/**
 * Issues of our own. Permission: issues:write (https://docs.github.com/en/rest/issues/issues). A title has at most 256
 * characters and a body 65,536 (`invalid` beyond). A repository whose issues are switched off answers 410, which is `missing`.
 */
export function createIssueDesk(deps: IssueDeskDeps): IssueDesk {
  const { api } = deps;
  return {
    findIssue: (repo, by) => findIssue(deps, repo, by),
    async openIssue(repo, { title, body, labels }) {
      const issue = await api.write(
        { repo, purpose, notifies: true, action: `opening an issue in ${fullName(repo)}` },
        (octokit) =>
          octokit.rest.issues.create({ owner: repo.owner, repo: repo.name, title, body, labels: [...labels] }),
        Issue,
      );
      return toPlaced(issue);
    },
    async reopenIssue(repo, number) {
      const which = { owner: repo.owner, repo: repo.name, issue_number: number };
      await api.write(
        { repo, purpose, notifies: true, action: `reopening ${fullName(repo)}#${number}` },
        (octokit) => octokit.rest.issues.update({ ...which, state: 'open' }),
        Issue,
      );
    },
  };
}

/**
 * Newest first, until one is older than what is looked for. GitHub's filter by creator is not used: where it does not know
 * the name it is given, nothing is found. Only an issue of our own account counts: anybody can quote a marker.
 */
async function findIssue(
  { api, self }: IssueDeskDeps,
  repo: RepoRef,
  by: { marker: string; since: string },
): Promise<PlacedIssue | undefined> {
  const action = `looking for our issue in ${fullName(repo)}`;
  const us = await self(repo);
  const sinceMs = Date.parse(by.since) - CLOCK_SKEW_MS;
  const which = { owner: repo.owner, repo: repo.name, state: 'all', sort: 'created', direction: 'desc' } as const;
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const found = await api.read(
      { repo, purpose, action },
      (octokit) => octokit.rest.issues.listForRepo({ ...which, per_page: PAGE_ITEMS, page }),
      IssuePage,
    );
    const recent = found.filter((one) => Date.parse(one.created_at) >= sinceMs);
    const ours = recent.find(
      (one) => one.user?.id === us.id && one.pull_request === undefined && one.body?.includes(by.marker),
    );
    if (ours) return toPlaced(ours);
    if (recent.length < PAGE_ITEMS) return undefined;
  }
  // Saying "there is none" would have the caller open a second one.
  throw new AppError(
    'unavailable',
    `${action} failed: there are more than ${PAGES_MAX * PAGE_ITEMS} since ${by.since}`,
  );
}

function toPlaced({ number, html_url: url }: Issue): PlacedIssue {
  return { externalId: String(number), url, number };
}
