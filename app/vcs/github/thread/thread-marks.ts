import { z } from 'zod';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { ThreadComment } from '#core/ports/host/thread-reader.ts';
import type { Api, Target } from '../wire/api.ts';
import { askGraphql } from '../wire/graphql.ts';

/** 1,000 discussions of one pull request; of further ones it is not told whether they are resolved. */
const PAGES_MAX = 10;

/** Of an issue. REST has no time of the last edit: `updated_at` is that of anything that happens there. */
const ISSUE_MARKS = `query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { issue(number: $number) { lastEditedAt } }
}`;

/** Of a pull request. REST numbers have outgrown `databaseId`, which is an Int: `fullDatabaseId` is the same without a bound. */
const PULL_MARKS = `query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      lastEditedAt
      closingIssuesReferences(first: 10) { nodes { number repository { databaseId } } }
      reviews(last: 100) { nodes { fullDatabaseId lastEditedAt } }
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          isResolved
          comments(first: 100) { nodes { fullDatabaseId publishedAt lastEditedAt } }
        }
      }
    }
  }
}`;

const Time = z.string().nullable();
const DatabaseId = z.union([z.string(), z.number()]).transform(Number);

const IssueMarks = z.object({ repository: z.object({ issue: z.object({ lastEditedAt: Time }) }) });

const PullMarks = z.object({
  repository: z.object({
    pullRequest: z.object({
      lastEditedAt: Time,
      closingIssuesReferences: z.object({
        nodes: z.array(z.object({ number: z.number(), repository: z.object({ databaseId: z.number() }) })),
      }),
      reviews: z.object({ nodes: z.array(z.object({ fullDatabaseId: DatabaseId, lastEditedAt: Time })) }),
      reviewThreads: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
        nodes: z.array(
          z.object({
            id: z.string(),
            isResolved: z.boolean(),
            comments: z.object({
              nodes: z.array(z.object({ fullDatabaseId: DatabaseId, publishedAt: Time, lastEditedAt: Time })),
            }),
          }),
        ),
      }),
    }),
  }),
});

/** What of a comment at a line only GraphQL knows. */
interface CommentMarks {
  /** When others could first read it: a comment can be written long before its review is submitted. */
  readonly publishedAt: string | null;
  readonly editedAt: string | null;
  readonly discussion: NonNullable<ThreadComment['discussion']>;
}

/** What of a thread only GraphQL knows. Times are ISO 8601 UTC. */
export interface ThreadMarks {
  readonly editedAt: string | null;
  /** Issues of the same repository that the pull request closes. */
  readonly closes: readonly number[];
  /** By number of the comment; one that is not there is too far back. */
  readonly comments: ReadonlyMap<number, CommentMarks>;
  /** When the summary of a review was edited, by its number; the last hundred. */
  readonly reviews: ReadonlyMap<number, string | null>;
}

/**
 * Reads the times of edits, the discussions and what is closed. Permission: issues:read or pull_requests:read
 * (https://docs.github.com/en/graphql/reference/objects#pullrequest).
 */
export async function readThreadMarks(
  api: Api,
  repo: RepoRef,
  thread: { kind: 'issue' | 'pull'; number: number },
): Promise<ThreadMarks> {
  const { number } = thread;
  const target: Target = {
    repo,
    purpose: 'threads',
    action: `reading edits and discussions of ${fullName(repo)}#${number}`,
  };
  if (thread.kind === 'pull') return pullMarks(api, target, number);
  const asked = { document: ISSUE_MARKS, write: false, variables: { number }, answer: IssueMarks };
  const { repository } = await askGraphql(api, target, asked);
  return { editedAt: repository.issue.lastEditedAt, closes: [], comments: new Map(), reviews: new Map() };
}

async function pullMarks(api: Api, target: Target, number: number): Promise<ThreadMarks> {
  const comments = new Map<number, CommentMarks>();
  let after: string | null = null;
  for (let page = 1; ; page += 1) {
    const variables: Record<string, unknown> = { number, after };
    const { repository } = await askGraphql(api, target, {
      document: PULL_MARKS,
      write: false,
      variables,
      answer: PullMarks,
    });
    const { pullRequest } = repository;
    const { pageInfo, nodes } = pullRequest.reviewThreads;
    for (const { id, isResolved, comments: said } of nodes) {
      const discussion = { id, resolved: isResolved };
      for (const { fullDatabaseId, publishedAt, lastEditedAt } of said.nodes) {
        comments.set(fullDatabaseId, { publishedAt, editedAt: lastEditedAt, discussion });
      }
    }
    after = pageInfo.endCursor;
    if (!pageInfo.hasNextPage || page >= PAGES_MAX) return { ...restOf(target, pullRequest), comments };
  }
}

function restOf(
  { repo }: Target,
  pull: z.infer<typeof PullMarks>['repository']['pullRequest'],
): Omit<ThreadMarks, 'comments'> {
  const closes = pull.closingIssuesReferences.nodes.filter(({ repository }) => repository.databaseId === repo.id);
  return {
    editedAt: pull.lastEditedAt,
    closes: closes.map(({ number }) => number),
    reviews: new Map(pull.reviews.nodes.map(({ fullDatabaseId, lastEditedAt }) => [fullDatabaseId, lastEditedAt])),
  };
}
