import { z } from 'zod';
import { firstAndNewest } from '#core/domain/request/first-and-newest.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { ThreadComment, ThreadReader } from '#core/ports/host/thread-reader.ts';
import { PAGE_ITEMS, type Api, type Target } from '../wire/api.ts';
import { readLinkedThreads } from './linked-threads.ts';
import { Text } from '../inbound/payloads.ts';
import {
  Comments,
  LineComments,
  Reviews,
  toAuthor,
  toComment,
  toLineComment,
  toReviewSummary,
  User,
} from './thread-comments.ts';
import { readThreadMarks, type ThreadMarks } from './thread-marks.ts';

/** Pages of each kind of comment that are read from the end, beside the first one. */
const NEWEST_PAGES = 4;

const Issue = z.object({ title: z.string(), body: Text, user: User, state: z.string(), comments: z.number() });
const Pull = z.object({ review_comments: z.number() });

/** Comments that were read, and how many there are. */
interface Said {
  readonly comments: readonly ThreadComment[];
  readonly total: number;
}

/**
 * Reads conversations: by REST what was said, by GraphQL when it was edited and what is resolved. Permission: issues:read on
 * an issue, pull_requests:read on a pull request, both for what is linked (https://docs.github.com/en/rest/issues/comments,
 * …/rest/pulls/comments, …/rest/pulls/reviews).
 */
export function createThreadReader(api: Api): ThreadReader {
  return {
    async readThread(repo, { kind, number }, commentsMax) {
      const target: Target = { repo, purpose: 'threads', action: `reading ${fullName(repo)}#${number}` };
      const which = { owner: repo.owner, repo: repo.name, issue_number: number };
      const [issue, marks] = await Promise.all([
        api.read(target, (octokit) => octokit.rest.issues.get(which), Issue),
        readThreadMarks(api, repo, { kind, number }),
      ]);
      const { title, body, user, state, comments } = issue;
      const [linked, talk, remarks] = await Promise.all([
        readLinkedThreads(api, repo, { number, body, closes: marks.closes }),
        readTalk(api, target, { number, total: comments }),
        kind === 'pull' ? readRemarks(api, repo, { number, marks }) : { comments: [], total: 0 },
      ]);
      const total = talk.total + remarks.total;
      const said = firstAndNewest([...talk.comments, ...remarks.comments], commentsMax);
      const { editedAt } = marks;
      return {
        kind,
        number,
        title,
        body,
        author: toAuthor(user),
        editedAt,
        open: state === 'open',
        comments: said,
        omitted: Math.max(0, total - said.length),
        linked,
      };
    },
  };
}

async function readTalk(api: Api, target: Target, { number, total }: { number: number; total: number }): Promise<Said> {
  const which = { owner: target.repo.owner, repo: target.repo.name, issue_number: number, per_page: PAGE_ITEMS };
  const found = await outerPages(total, (page) =>
    api.read(target, (octokit) => octokit.rest.issues.listComments({ ...which, page }), Comments),
  );
  return { comments: found.map(toComment), total: Math.max(total, found.length) };
}

async function readRemarks(
  api: Api,
  repo: RepoRef,
  { number, marks }: { number: number; marks: ThreadMarks },
): Promise<Said> {
  const target: Target = { repo, purpose: 'threads', action: `reading the reviews of ${fullName(repo)}#${number}` };
  const which = { owner: repo.owner, repo: repo.name, pull_number: number };
  const paged = { ...which, per_page: PAGE_ITEMS };
  const { review_comments: total } = await api.read(target, (octokit) => octokit.rest.pulls.get(which), Pull);
  const lines = await outerPages(total, (page) =>
    api.read(target, (octokit) => octokit.rest.pulls.listReviewComments({ ...paged, page }), LineComments),
  );
  const reviews = await allPages((page) =>
    api.read(target, (octokit) => octokit.rest.pulls.listReviews({ ...paged, page }), Reviews),
  );
  const summaries = reviews.flatMap((review) => toReviewSummary(review, marks));
  const onLines = lines.map((line) => toLineComment(line, marks));
  return { comments: [...onLines, ...summaries], total: Math.max(total, lines.length) + summaries.length };
}

/** The first page and the last ones of a list of known length. */
async function outerPages<Item>(total: number, read: (page: number) => Promise<Item[]>): Promise<Item[]> {
  const last = Math.max(1, Math.ceil(total / PAGE_ITEMS));
  const from = Math.max(2, last - NEWEST_PAGES + 1);
  const pages = [1, ...Array.from({ length: last - from + 1 }, (_, index) => from + index)];
  return (await Promise.all(pages.map(read))).flat();
}

/** The pages of a list of unknown length, as many as {@link outerPages} reads. */
async function allPages<Item>(read: (page: number) => Promise<Item[]>): Promise<Item[]> {
  const found: Item[] = [];
  for (let page = 1; page <= NEWEST_PAGES + 1; page += 1) {
    const items = await read(page);
    found.push(...items);
    if (items.length < PAGE_ITEMS) break;
  }
  return found;
}
