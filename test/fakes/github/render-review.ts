import type { ReviewRecord } from './records.ts';
import { issueHtmlUrl, type CommentPlace } from './render-issue.ts';
import { associationOf, isoTime, nodeId, renderUser } from './render-user.ts';
import type { World } from './world.ts';

/** GitHub's `review`, as webhooks carry it. */
export function renderReview(world: World, { repository, issue }: CommentPlace, review: ReviewRecord) {
  const pullUrl = `${world.apiUrl}/repos/${repository.fullName}/pulls/${issue.number}`;
  const htmlUrl = `${issueHtmlUrl(world, repository, issue)}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: renderUser(world, review.author),
    body: review.body === '' ? null : review.body,
    commit_id: review.commitId,
    submitted_at: isoTime(review.submittedAt),
    state: review.state,
    html_url: htmlUrl,
    pull_request_url: pullUrl,
    author_association: associationOf(repository, review.author),
    _links: { html: { href: htmlUrl }, pull_request: { href: pullUrl } },
  };
}
