import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { keyOfComment, reviewOfComment } from '#core/domain/change/finding.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { Reviewer, ReviewThread } from '#core/ports/host/reviewer.ts';
import type { Api } from '../wire/api.ts';
import { askGraphql } from '../wire/graphql.ts';

const THREADS_PER_PAGE = 50;
/** 2,000 discussions: beyond that a pull request is not searched in one go. */
const PAGES_MAX = 40;

/** REST does not tell whether a discussion is resolved: https://docs.github.com/en/graphql/reference/objects#pullrequestreviewthread */
const THREADS = `query ReviewThreads($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: ${THREADS_PER_PAGE}, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          isResolved
          isOutdated
          path
          line
          opening: comments(first: 1) { nodes { body viewerDidAuthor } }
          answers: comments(last: 20) { nodes { viewerDidAuthor } }
        }
      }
    }
  }
}`;

/** https://docs.github.com/en/graphql/reference/mutations#resolvereviewthread */
const RESOLVE = `mutation ResolveReviewThread($threadId: ID!) {
  resolveReviewThread(input: { threadId: $threadId }) { thread { id isResolved } }
}`;

const Said = z.object({ viewerDidAuthor: z.boolean() });
const Thread = z.object({
  id: z.string().min(1),
  isResolved: z.boolean(),
  isOutdated: z.boolean(),
  path: z.string(),
  line: z.number().nullable(),
  opening: z.object({ nodes: z.array(Said.extend({ body: z.string() })) }),
  answers: z.object({ nodes: z.array(Said) }),
});
const Page = z.object({
  repository: z.object({
    pullRequest: z.object({
      reviewThreads: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
        nodes: z.array(Thread),
      }),
    }),
  }),
});
const Resolved = z.object({ resolveReviewThread: z.object({ thread: z.object({ isResolved: z.literal(true) }) }) });

/** Discussions that we began. Permissions: pull_requests:read, and to resolve one contents:write as well. */
export function createThreadResolver(api: Api): Pick<Reviewer, 'ourThreads' | 'resolveThread'> {
  return {
    ourThreads: (repo, number) => ourThreads(api, repo, number),
    async resolveThread(repo, number, threadId) {
      const action = `resolving a discussion of ${fullName(repo)}#${number}`;
      const ask = { document: RESOLVE, write: true, variables: { threadId }, answer: Resolved };
      await askGraphql(api, { repo, purpose: 'review-threads', action }, ask);
    },
  };
}

/** A discussion is ours when our own account began it with a hidden key: anybody can quote one. */
async function ourThreads(api: Api, repo: RepoRef, number: number): Promise<readonly ReviewThread[]> {
  const action = `reading the discussions of ${fullName(repo)}#${number}`;
  const found: ReviewThread[] = [];
  let after: string | null = null;
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const variables = { number, after };
    const ask = { document: THREADS, write: false, variables, answer: Page };
    const answer: z.infer<typeof Page> = await askGraphql(api, { repo, purpose: 'reviews', action }, ask);
    const { nodes, pageInfo } = answer.repository.pullRequest.reviewThreads;
    found.push(...nodes.flatMap(toThread));
    if (!pageInfo.hasNextPage) return found;
    after = pageInfo.endCursor;
  }
  // Leaving some out would have their findings told again.
  throw new AppError('unavailable', `${action} failed: there are more than ${PAGES_MAX * THREADS_PER_PAGE}`);
}

function toThread({
  id,
  isResolved,
  isOutdated,
  path,
  line,
  opening,
  answers,
}: z.infer<typeof Thread>): ReviewThread[] {
  const [first] = opening.nodes;
  const key = first?.viewerDidAuthor === true ? keyOfComment(first.body) : undefined;
  if (first === undefined || key === undefined) return [];
  const reviewId = reviewOfComment(first.body);
  const answered = answers.nodes.some(({ viewerDidAuthor }) => !viewerDidAuthor);
  return [{ id, key, reviewId, path, line: isOutdated ? null : line, resolved: isResolved, answered }];
}
