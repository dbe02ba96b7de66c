import { z } from 'zod';
import type { IssueRecord, RepositoryRecord, ReviewCommentRecord } from './records.ts';
import { isPull } from './render-pull.ts';
import { isoTime, nodeId } from './render-user.ts';
import type { World } from './world.ts';

const PAGE_ITEMS = 100;

/** A query on one repository. */
export interface GraphqlCall {
  readonly world: World;
  readonly repository: RepositoryRecord;
  readonly variables: Readonly<Record<string, unknown>>;
}

const VARIABLES = '$owner: String!, $name: String!, $number: Int!';
const ON_LINKED =
  'title body createdAt lastEditedAt timelineItems(last: 1, itemTypes: [RENAMED_TITLE_EVENT]) ' +
  '{ nodes { ... on RenamedTitleEvent { createdAt } } }';

/** The queries we model, with single spaces, and what `repository` holds in the answer; undefined when there is no such thread. */
export const graphqlQueries: ReadonlyMap<string, (call: GraphqlCall) => object | undefined> = new Map<
  string,
  (call: GraphqlCall) => object | undefined
>([
  [
    `query(${VARIABLES}) { repository(owner: $owner, name: $name) { issue(number: $number) { lastEditedAt } } }`,
    (call) => {
      const issue = issueOf(call);
      return issue && !issue.pull ? { issue: { lastEditedAt: timeOf(issue.editedAt) } } : undefined;
    },
  ],
  [
    `query(${VARIABLES}, $after: String) { repository(owner: $owner, name: $name) { pullRequest(number: $number) { ` +
      'lastEditedAt closingIssuesReferences(first: 10) { nodes { number repository { databaseId } } } ' +
      'reviews(last: 100) { nodes { fullDatabaseId lastEditedAt } } reviewThreads(first: 100, after: $after) { ' +
      'pageInfo { hasNextPage endCursor } nodes { id isResolved ' +
      'comments(first: 100) { nodes { fullDatabaseId publishedAt lastEditedAt } } } } } } }',
    (call) => {
      const issue = issueOf(call);
      return issue?.pull ? { pullRequest: pullMarks(call, issue) } : undefined;
    },
  ],
  [
    `query(${VARIABLES}) { repository(owner: $owner, name: $name) { issueOrPullRequest(number: $number) { __typename ` +
      `... on Issue { ${ON_LINKED} } ... on PullRequest { ${ON_LINKED} } } } }`,
    (call) => {
      const issue = issueOf(call);
      return issue && { issueOrPullRequest: linked(issue) };
    },
  ],
]);

function issueOf({ repository, variables }: GraphqlCall): IssueRecord | undefined {
  return repository.issues.get(z.number().parse(variables['number']));
}

function timeOf(at: number | undefined): string | null {
  return at === undefined ? null : isoTime(at);
}

function linked(issue: IssueRecord) {
  return {
    __typename: isPull(issue) ? 'PullRequest' : 'Issue',
    title: issue.title,
    body: issue.body,
    createdAt: isoTime(issue.createdAt),
    lastEditedAt: timeOf(issue.editedAt),
    timelineItems: { nodes: issue.renamedAt === undefined ? [] : [{ createdAt: isoTime(issue.renamedAt) }] },
  };
}

function pullMarks({ repository, variables }: GraphqlCall, issue: IssueRecord) {
  const threads = issue.reviewComments.filter((one) => one.inReplyToId === undefined);
  const from = Number(z.string().nullish().parse(variables['after']) ?? 0);
  const to = from + PAGE_ITEMS;
  const closes = [...issue.body.matchAll(/\b(?:closes|fixes|resolves) #(\d+)/gi)].map(([, digits]) => Number(digits));
  return {
    lastEditedAt: timeOf(issue.editedAt),
    closingIssuesReferences: {
      nodes: closes.map((number) => ({ number, repository: { databaseId: repository.id } })),
    },
    reviews: {
      nodes: issue.reviews
        .slice(-PAGE_ITEMS)
        .map(({ id, editedAt }) => ({ fullDatabaseId: String(id), lastEditedAt: timeOf(editedAt) })),
    },
    reviewThreads: {
      pageInfo: { hasNextPage: threads.length > to, endCursor: threads.length === 0 ? null : String(to) },
      nodes: threads.slice(from, to).map((root) => thread(issue, root)),
    },
  };
}

function thread(issue: IssueRecord, root: ReviewCommentRecord) {
  const said = issue.reviewComments.filter((one) => one === root || one.inReplyToId === root.id);
  return {
    id: nodeId('PRRT', root.id),
    isResolved: root.resolved,
    comments: {
      nodes: said.slice(0, PAGE_ITEMS).map((one) => ({
        fullDatabaseId: String(one.id),
        publishedAt: isoTime(one.publishedAt),
        lastEditedAt: one.updatedAt === one.createdAt ? null : isoTime(one.updatedAt),
      })),
    },
  };
}
