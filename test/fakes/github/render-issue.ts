import { renderAssignees, renderLabel } from './render-marks.ts';
import type { CommentRecord, IssueRecord, ReactionRecord, RepositoryRecord, ReviewCommentRecord } from './records.ts';
import { associationOf, isoTime, nodeId, renderApp, renderUser } from './render-user.ts';
import type { World } from './world.ts';

/** GitHub's `issue`; a pull request's issue carries `pull_request` with its links. */
export function renderIssue(world: World, repository: RepositoryRecord, issue: IssueRecord) {
  const repositoryUrl = `${world.apiUrl}/repos/${repository.fullName}`;
  const url = `${repositoryUrl}/issues/${issue.number}`;
  return {
    url,
    repository_url: repositoryUrl,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: issueHtmlUrl(world, repository, issue),
    id: issue.id,
    node_id: nodeId('I', issue.id),
    number: issue.number,
    title: issue.title,
    user: renderUser(world, issue.author),
    labels: issue.labels.map((one) => renderLabel(repositoryUrl, one)),
    state: issue.state,
    locked: false,
    ...renderAssignees(world, issue),
    milestone: null,
    comments: issue.comments.length,
    created_at: isoTime(issue.createdAt),
    updated_at: isoTime(issue.updatedAt),
    closed_at: issue.closedAt === undefined ? null : isoTime(issue.closedAt),
    author_association: associationOf(repository, issue.author),
    active_lock_reason: null,
    body: issue.body === '' ? null : issue.body,
    reactions: renderReactionRollup(`${url}/reactions`, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: issue.viaApp ? renderApp(world) : null,
    state_reason: issue.state === 'closed' ? 'completed' : null,
    draft: issue.pull?.draft ?? false,
    ...(issue.pull === undefined ? {} : { pull_request: pullLinks(world, repository, issue) }),
  };
}

function pullLinks(world: World, repository: RepositoryRecord, issue: IssueRecord) {
  const htmlUrl = issueHtmlUrl(world, repository, issue);
  return {
    url: `${world.apiUrl}/repos/${repository.fullName}/pulls/${issue.number}`,
    html_url: htmlUrl,
    diff_url: `${htmlUrl}.diff`,
    patch_url: `${htmlUrl}.patch`,
    merged_at: issue.pull?.merged === undefined ? null : isoTime(issue.pull.merged.at),
  };
}

/** Where a person reads the issue or pull request. */
export function issueHtmlUrl(world: World, repository: RepositoryRecord, issue: IssueRecord): string {
  return `${world.webUrl}/${repository.fullName}/${issue.pull === undefined ? 'issues' : 'pull'}/${issue.number}`;
}

/** Everything needed to render a comment in its place. */
export interface CommentPlace {
  readonly repository: RepositoryRecord;
  readonly issue: IssueRecord;
}

/** GitHub's `issue-comment`. */
export function renderComment(world: World, { repository, issue }: CommentPlace, comment: CommentRecord) {
  const repositoryUrl = `${world.apiUrl}/repos/${repository.fullName}`;
  const url = `${repositoryUrl}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${issueHtmlUrl(world, repository, issue)}#issuecomment-${comment.id}`,
    issue_url: `${repositoryUrl}/issues/${issue.number}`,
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: renderUser(world, comment.author),
    created_at: isoTime(comment.createdAt),
    updated_at: isoTime(comment.updatedAt),
    author_association: associationOf(repository, comment.author),
    body: comment.body,
    reactions: renderReactionRollup(`${url}/reactions`, comment.reactions),
    performed_via_github_app: comment.viaApp ? renderApp(world) : null,
  };
}

/** GitHub's `pull-request-review-comment`. */
export function renderReviewComment(world: World, { repository, issue }: CommentPlace, comment: ReviewCommentRecord) {
  const repositoryUrl = `${world.apiUrl}/repos/${repository.fullName}`;
  const url = `${repositoryUrl}/pulls/comments/${comment.id}`;
  const pullUrl = `${repositoryUrl}/pulls/${issue.number}`;
  const htmlUrl = `${issueHtmlUrl(world, repository, issue)}#discussion_r${comment.id}`;
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: nodeId('PRRC', comment.id),
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: comment.commitId,
    original_commit_id: comment.commitId,
    user: renderUser(world, comment.author),
    body: comment.body,
    created_at: isoTime(comment.createdAt),
    updated_at: isoTime(comment.updatedAt),
    html_url: htmlUrl,
    pull_request_url: pullUrl,
    author_association: associationOf(repository, comment.author),
    _links: { self: { href: url }, html: { href: htmlUrl }, pull_request: { href: pullUrl } },
    reactions: renderReactionRollup(`${url}/reactions`, comment.reactions),
    start_line: comment.startLine ?? null,
    original_start_line: comment.startLine ?? null,
    start_side: comment.startLine === undefined ? null : (comment.side ?? 'RIGHT'),
    line: comment.line,
    original_line: comment.line,
    side: comment.side ?? 'RIGHT',
    original_position: 1,
    position: 1,
    subject_type: 'line',
    ...(comment.inReplyToId === undefined ? {} : { in_reply_to_id: comment.inReplyToId }),
  };
}

/** GitHub's `reaction`. */
export function renderReaction(world: World, reaction: ReactionRecord) {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: renderUser(world, reaction.user),
    content: reaction.content,
    created_at: isoTime(reaction.createdAt),
  };
}

function renderReactionRollup(url: string, reactions: readonly ReactionRecord[]) {
  const count = (content: string): number => reactions.filter((one) => one.content === content).length;
  return {
    url,
    total_count: reactions.length,
    '+1': count('+1'),
    '-1': count('-1'),
    laugh: count('laugh'),
    hooray: count('hooray'),
    confused: count('confused'),
    heart: count('heart'),
    rocket: count('rocket'),
    eyes: count('eyes'),
  };
}
