import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import { numbersAfter } from '#core/domain/request/thread-numbers.ts';
import type { LinkedThread } from '#core/ports/host/thread-reader.ts';
import type { Api } from '../wire/api.ts';
import { askGraphql } from '../wire/graphql.ts';

/** Links that are followed, as the port says. */
const LINKED_MAX = 10;

/** A title has no time of its own, but each change of it is an event with one. */
const LINKED = `query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    issueOrPullRequest(number: $number) {
      __typename
      ... on Issue {
        title
        body
        createdAt
        lastEditedAt
        timelineItems(last: 1, itemTypes: [RENAMED_TITLE_EVENT]) { nodes { ... on RenamedTitleEvent { createdAt } } }
      }
      ... on PullRequest {
        title
        body
        createdAt
        lastEditedAt
        timelineItems(last: 1, itemTypes: [RENAMED_TITLE_EVENT]) { nodes { ... on RenamedTitleEvent { createdAt } } }
      }
    }
  }
}`;

const Linked = z.object({
  repository: z.object({
    issueOrPullRequest: z.object({
      __typename: z.enum(['Issue', 'PullRequest']),
      title: z.string(),
      body: z.string(),
      createdAt: z.string(),
      lastEditedAt: z.string().nullable(),
      timelineItems: z.object({ nodes: z.array(z.object({ createdAt: z.string() })) }),
    }),
  }),
});

/**
 * Issues and pull requests that a thread links to: those it closes, then those its body names. What is not there, or may not
 * be read, is left out. Permission: issues:read and pull_requests:read.
 */
export async function readLinkedThreads(
  api: Api,
  repo: RepoRef,
  from: { number: number; body: string; closes: readonly number[] },
): Promise<LinkedThread[]> {
  const numbers = new Set([...from.closes, ...numbersAfter('#', from.body)]);
  numbers.delete(from.number);
  const asked = [...numbers].slice(0, LINKED_MAX).map((number) =>
    readLinked(api, repo, number).catch((thrown: unknown) => {
      if (thrown instanceof AppError && (thrown.code === 'missing' || thrown.code === 'denied')) return undefined;
      throw thrown;
    }),
  );
  return (await Promise.all(asked)).filter((one) => one !== undefined);
}

async function readLinked(api: Api, repo: RepoRef, number: number): Promise<LinkedThread> {
  const { repository } = await askGraphql(
    api,
    { repo, purpose: 'threads', action: `reading ${fullName(repo)}#${number}, which is linked` },
    { document: LINKED, write: false, variables: { number }, answer: Linked },
  );
  const { __typename, title, body, createdAt, lastEditedAt, timelineItems } = repository.issueOrPullRequest;
  const edits = [lastEditedAt, ...timelineItems.nodes.map((one) => one.createdAt)].filter((at) => at !== null);
  const kind = __typename === 'Issue' ? 'issue' : 'pull';
  return { kind, number, title, body, createdAt, editedAt: edits.toSorted().at(-1) ?? null };
}
