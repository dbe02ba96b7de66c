import { z } from 'zod';
import { hasPermission, reaches } from './caller.ts';
import { followLine, readChangedFiles } from '../git-host/git-changes.ts';
import { GraphqlRefusal, type GraphqlOperation } from './graphql-operation.ts';
import type { RepositoryRecord, ReviewCommentRecord, TokenRecord } from './records.ts';
import { isPull, type PullIssue } from './render-pull.ts';
import { nodeId } from './render-user.ts';
import { hunksOf } from './review-places.ts';
import { findRepository, type World } from './world.ts';

const PAGE = 50;

const THREADS = `query ReviewThreads($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    reviewThreads(first: 50, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id isResolved isOutdated path line
        opening: comments(first: 1) { nodes { body viewerDidAuthor } }
        answers: comments(last: 20) { nodes { viewerDidAuthor } }
      }
    }
  } }
}`;

const RESOLVE = `mutation ResolveReviewThread($threadId: ID!) {
  resolveReviewThread(input: { threadId: $threadId }) { thread { id isResolved } }
}`;

const ThreadsOf = z.object({
  owner: z.string(),
  name: z.string(),
  number: z.number(),
  after: z.string().nullish(),
});
const ThreadId = z.object({ threadId: z.string() });

/** What a reviewer asks: the discussions of a pull request, and to resolve one. */
export const reviewOperations: readonly GraphqlOperation[] = [
  {
    document: THREADS,
    async answer(world, token, variables) {
      const { owner, name, number, after } = ThreadsOf.parse(variables);
      const repository = findRepository(world, `${owner}/${name}`);
      if (!repository || !reaches(token, repository)) throw refused('NOT_FOUND', 'Could not resolve to a Repository');
      if (!hasPermission(token, 'pull_requests:read')) throw refused('FORBIDDEN', 'Resource not accessible');
      const issue = repository.issues.get(number);
      if (!isPull(issue)) throw refused('NOT_FOUND', 'Could not resolve to a PullRequest');
      const openings = issue.reviewComments.filter((one) => one.inReplyToId === undefined);
      const from = Number(after ?? 0);
      const page = openings.slice(from, from + PAGE);
      const nodes = await Promise.all(page.map((one) => renderThread(world, { repository, issue }, one)));
      const pageInfo = { hasNextPage: openings.length > from + PAGE, endCursor: String(from + page.length) };
      return { data: { repository: { pullRequest: { reviewThreads: { pageInfo, nodes } } } } };
    },
  },
  {
    document: RESOLVE,
    wrote: 'thread.resolve',
    async answer(world, token, variables) {
      const { threadId } = ThreadId.parse(variables);
      const opening = threadOf(world, token, threadId);
      opening.resolved = true;
      return { data: { resolveReviewThread: { thread: { id: threadId, isResolved: true } } }, id: threadId };
    },
  },
];

/** Resolving takes write access to the repository: https://github.com/learningequality/.github/issues/84 */
function threadOf(world: World, token: TokenRecord, threadId: string): ReviewCommentRecord {
  for (const repository of world.repositories.values()) {
    for (const issue of repository.issues.values()) {
      const opening = issue.reviewComments.find((one) => nodeId('PRRT', one.id) === threadId);
      if (!opening || !reaches(token, repository)) continue;
      const mayResolve = hasPermission(token, 'pull_requests:write') && hasPermission(token, 'contents:write');
      if (!mayResolve) throw refused('FORBIDDEN', 'Resource not accessible by integration');
      return opening;
    }
  }
  throw refused('NOT_FOUND', `Could not resolve to a node with the global id of '${threadId}'`);
}

async function renderThread(
  world: World,
  place: { repository: RepositoryRecord; issue: PullIssue },
  opening: ReviewCommentRecord,
) {
  const line = await lineNow(place, opening);
  const said = place.issue.reviewComments.filter((one) => one === opening || one.inReplyToId === opening.id);
  const isOurs = (one: ReviewCommentRecord): boolean => one.author.id === world.app.botUser.id;
  return {
    id: nodeId('PRRT', opening.id),
    isResolved: opening.resolved,
    isOutdated: line === null,
    path: opening.path,
    line,
    opening: { nodes: [{ body: opening.body, viewerDidAuthor: isOurs(opening) }] },
    answers: { nodes: said.slice(-20).map((one) => ({ viewerDidAuthor: isOurs(one) })) },
  };
}

/** Where the line is in the diff of the newest head; null when it was changed or the diff does not show it any more. */
async function lineNow(
  { repository, issue }: { repository: RepositoryRecord; issue: PullIssue },
  { path, line, side, commitId }: ReviewCommentRecord,
): Promise<number | null> {
  const { baseSha, headSha } = issue.pull;
  const files = await readChangedFiles(repository.directory, baseSha, headSha);
  const hunks = hunksOf(files.find((one) => one.path === path)?.patch ?? '');
  if (side === 'LEFT') return hunks.some(({ left }) => left.has(line)) ? line : null;
  const now = await followLine(repository.directory, { from: commitId, to: headSha, path }, line);
  return now !== undefined && hunks.some(({ right }) => right.has(now)) ? now : null;
}

function refused(type: GraphqlRefusal['type'], message: string): GraphqlRefusal {
  return new GraphqlRefusal(type, message);
}
