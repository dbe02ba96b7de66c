import { notFound } from './failure.ts';
import { paginate } from './paginate.ts';
import type { IssueRecord } from './records.ts';
import { renderComment, renderReviewComment } from './render-issue.ts';
import { renderReview } from './render-review.ts';
import { pullByNumber } from './routes-pulls.ts';
import { repositoryRoute, type Answer, type RepositoryCall, type Route } from './route.ts';

/** What was written under anything in a repository, oldest change first, and words at a line or of a review by their number. */
export const writtenRoutes: readonly Route[] = [
  repositoryRoute('GET /repos/{owner}/{repo}/issues/comments', ['issues:read', 'pull_requests:read'], (call) => {
    const { world, repository } = call;
    const found = placesIn(call, ({ comments }) => comments);
    return listed(call, found, ({ issue, ...comment }) => renderComment(world, { repository, issue }, comment));
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/pulls/comments', ['pull_requests:read'], (call) => {
    const { world, repository } = call;
    const found = placesIn(call, ({ reviewComments }) => reviewComments);
    return listed(call, found, ({ issue, ...comment }) => renderReviewComment(world, { repository, issue }, comment));
  }),
  repositoryRoute('GET /repos/{owner}/{repo}/pulls/comments/{comment_id}', ['pull_requests:read'], (call) => {
    const { world, repository, params } = call;
    const found = placesIn(call, ({ reviewComments }) => reviewComments);
    const comment = found.find(({ id }) => String(id) === params['comment_id']);
    if (!comment) throw notFound();
    return { status: 200, body: renderReviewComment(world, { repository, issue: comment.issue }, comment) };
  }),
  repositoryRoute(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}',
    ['pull_requests:read'],
    (call) => {
      const { world, repository, params } = call;
      const issue = pullByNumber(call);
      const review = issue.reviews.find(({ id }) => String(id) === params['review_id']);
      if (!review) throw notFound();
      const rendered = renderReview(world, { repository, issue }, review);
      return { status: 200, body: { ...rendered, body: review.body, state: review.state.toUpperCase() } };
    },
  ),
];

function placesIn<Item extends object>(
  { repository }: RepositoryCall,
  of: (issue: IssueRecord) => readonly Item[],
): (Item & { readonly issue: IssueRecord })[] {
  return [...repository.issues.values()].flatMap((issue) => of(issue).map((item) => ({ ...item, issue })));
}

function listed<Item extends { readonly id: number; readonly updatedAt: number }>(
  call: RepositoryCall,
  all: readonly Item[],
  render: (item: Item) => unknown,
): Answer {
  const since = Date.parse(call.query.get('since') ?? '') || 0;
  const found = all.filter(({ updatedAt }) => updatedAt >= since);
  const { page, headers } = paginate(
    call,
    found.toSorted((a, b) => a.updatedAt - b.updatedAt || a.id - b.id),
  );
  return { status: 200, body: page.map(render), headers };
}
