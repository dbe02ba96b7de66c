import type { ChangedFile } from '../git-host/git-changes.ts';
import type { RepositoryRecord, ReviewRecord } from './records.ts';
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

/** GitHub's `diff-entry`, a file of a pull request. */
export function renderChangedFile(
  world: World,
  { repository, headSha }: { readonly repository: RepositoryRecord; readonly headSha: string },
  file: ChangedFile,
) {
  const name = encodeURI(file.path);
  const webUrl = `${world.webUrl}/${repository.fullName}`;
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${webUrl}/blob/${headSha}/${name}`,
    raw_url: `${webUrl}/raw/${headSha}/${name}`,
    contents_url: `${world.apiUrl}/repos/${repository.fullName}/contents/${name}?ref=${headSha}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.former === undefined ? {} : { previous_filename: file.former }),
  };
}
