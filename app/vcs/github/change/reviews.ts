import { z } from 'zod';
import type { DiffFile } from '#core/domain/change/diff.ts';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { ChangeDiff, Reviewer, ReviewRemark } from '#core/ports/host/reviewer.ts';
import type { Placed } from '#core/ports/host/vcs.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import type { GitHubIdentity } from '../wire/identity.ts';
import { Sha } from '../inbound/payloads.ts';
import { createThreadResolver } from './review-threads.ts';

/** More reviews of a pull request are not looked through. */
const PAGES_MAX = 50;
/** A head that moves while its files are read is read again this often. */
const READS_MAX = 3;

const Pull = z.object({ head: z.object({ sha: Sha }), base: z.object({ sha: Sha }) });
const Comparison = z.object({ merge_base_commit: z.object({ sha: Sha }) });
const Files = z.array(
  z.object({
    filename: z.string().min(1),
    previous_filename: z.string().optional(),
    status: z.enum(['added', 'removed', 'modified', 'renamed', 'copied', 'changed', 'unchanged']),
    patch: z.string().optional(),
  }),
);
const Review = z.object({
  id: z.number(),
  html_url: z.string(),
  body: z.string(),
  /** Null when the account is gone. */
  user: z.object({ id: z.number() }).nullable(),
});

/** What the reviewer needs. */
export interface ReviewerDeps {
  readonly api: Api;
  readonly self: GitHubIdentity['self'];
}

const purpose = 'reviews' as const;

/**
 * Reviews of pull requests (https://docs.github.com/en/rest/pulls/reviews). Permissions: pull_requests:write, and
 * contents:read for the merge base. A comment at a line that the diff does not show is a 422 (`invalid`).
 */
export function createReviewer(deps: ReviewerDeps): Reviewer {
  const { api } = deps;
  return {
    ...createThreadResolver(api),
    readDiff: (repo, number, filesMax) => readDiff(api, repo, { number, filesMax }),
    findReview: (repo, number, marker) => findReview(deps, repo, { number, marker }),
    async postReview(repo, { number, diff, summary, remarks }) {
      const review = await api.write(
        { repo, purpose, notifies: true, action: `reviewing ${fullName(repo)}#${number}` },
        (octokit) =>
          octokit.rest.pulls.createReview({
            owner: repo.owner,
            repo: repo.name,
            pull_number: number,
            commit_id: diff.headSha,
            event: 'COMMENT',
            body: summary,
            comments: remarks.map(toComment),
          }),
        Review,
      );
      return toPlaced(review);
    },
  };
}

function toComment({ place, body }: ReviewRemark) {
  const side = place.side === 'left' ? 'LEFT' : 'RIGHT';
  const range = place.startLine === null ? {} : { start_line: place.startLine, start_side: side };
  return { path: place.path, line: place.line, side, ...range, body };
}

function toPlaced({ id, html_url: url }: z.infer<typeof Review>): Placed {
  return { externalId: String(id), url };
}

/** The files carry no commit, so the head is asked for before and after. */
async function readDiff(api: Api, repo: RepoRef, of: { number: number; filesMax: number }): Promise<ChangeDiff> {
  let pull = await readPull(api, repo, of.number);
  for (let reads = 1; reads <= READS_MAX; reads += 1) {
    const files = await readFiles(api, repo, of);
    const now = await readPull(api, repo, of.number);
    if (now.head.sha === pull.head.sha && now.base.sha === pull.base.sha) {
      const startSha = await mergeBaseOf(api, repo, { base: pull.base.sha, head: pull.head.sha });
      return { baseSha: pull.base.sha, startSha, headSha: pull.head.sha, ...files };
    }
    pull = now;
  }
  throw new AppError('unavailable', `${fullName(repo)}#${of.number} changes faster than it can be read`);
}

function readPull(api: Api, repo: RepoRef, number: number): Promise<z.infer<typeof Pull>> {
  return api.read(
    { repo, purpose, action: `reading ${fullName(repo)}#${number}` },
    (octokit) => octokit.rest.pulls.get({ owner: repo.owner, repo: repo.name, pull_number: number }),
    Pull,
  );
}

/** GitHub gives 3,000 files at most: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files */
async function readFiles(
  api: Api,
  repo: RepoRef,
  { number, filesMax }: { number: number; filesMax: number },
): Promise<{ files: readonly DiffFile[]; cut: boolean }> {
  const files: DiffFile[] = [];
  for (let page = 1; files.length <= filesMax; page += 1) {
    const found = await api.read(
      { repo, purpose, action: `reading the files of ${fullName(repo)}#${number}` },
      (octokit) =>
        octokit.rest.pulls.listFiles({
          owner: repo.owner,
          repo: repo.name,
          pull_number: number,
          per_page: PAGE_ITEMS,
          page,
        }),
      Files,
    );
    files.push(...found.map(toFile));
    if (found.length < PAGE_ITEMS) break;
  }
  return { files: files.slice(0, filesMax), cut: files.length > filesMax };
}

const STATUSES: Readonly<Record<string, DiffFile['status']>> = {
  added: 'added',
  copied: 'added',
  removed: 'deleted',
  renamed: 'renamed',
};

function toFile({ filename: path, previous_filename: former, status, patch }: z.infer<typeof Files>[number]): DiffFile {
  const known = STATUSES[status] ?? 'modified';
  return { path, oldPath: known === 'renamed' ? (former ?? path) : path, status: known, patch: patch ?? null };
}

/** The list of files is on the first page only, and is not needed here. */
async function mergeBaseOf(api: Api, repo: RepoRef, { base, head }: { base: string; head: string }): Promise<string> {
  const { merge_base_commit: common } = await api.read(
    { repo, purpose, action: `comparing two commits of ${fullName(repo)}` },
    (octokit) =>
      octokit.rest.repos.compareCommitsWithBasehead({
        owner: repo.owner,
        repo: repo.name,
        basehead: `${base}...${head}`,
        per_page: 1,
        page: 2,
      }),
    Comparison,
  );
  return common.sha;
}

/** Only a review of our own account counts: anybody can quote a marker. */
async function findReview(
  { api, self }: ReviewerDeps,
  repo: RepoRef,
  by: { number: number; marker: string },
): Promise<Placed | undefined> {
  const action = `looking for our review of ${fullName(repo)}#${by.number}`;
  const us = await self(repo);
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const found = await api.read(
      { repo, purpose, action },
      (octokit) =>
        octokit.rest.pulls.listReviews({
          owner: repo.owner,
          repo: repo.name,
          pull_number: by.number,
          per_page: PAGE_ITEMS,
          page,
        }),
      z.array(Review),
    );
    const ours = found.find(({ user, body }) => user?.id === us.id && body.includes(by.marker));
    if (ours) return toPlaced(ours);
    if (found.length < PAGE_ITEMS) return undefined;
  }
  // Saying "there is none" would have the caller post a second one.
  throw new AppError('unavailable', `${action} failed: there are more than ${PAGES_MAX * PAGE_ITEMS}`);
}
