import type { IssueRecord, PullRecord, RepositoryRecord } from './records.ts';
import { issueHtmlUrl } from './render-issue.ts';
import { renderAssignees, renderLabel } from './render-marks.ts';
import { renderRepository } from './render-repository.ts';
import { associationOf, isoTime, nodeId, renderUser } from './render-user.ts';
import type { World } from './world.ts';

const MERGE_SETTINGS = {
  allow_squash_merge: true,
  allow_merge_commit: true,
  allow_rebase_merge: true,
  allow_auto_merge: false,
  allow_update_branch: false,
  delete_branch_on_merge: false,
  use_squash_pr_title_as_default: false,
  squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
  squash_merge_commit_message: 'COMMIT_MESSAGES',
  merge_commit_title: 'MERGE_MESSAGE',
  merge_commit_message: 'PR_TITLE',
};

/** An issue that is known to be a pull request. */
export type PullIssue = IssueRecord & { readonly pull: PullRecord };

/** Narrows an issue to a pull request. */
export function isPull(issue: IssueRecord | undefined): issue is PullIssue {
  return issue?.pull !== undefined;
}

/** GitHub's `pull-request-simple`, as lists carry it. */
export function renderPullSimple(world: World, repository: RepositoryRecord, issue: PullIssue) {
  const { pull } = issue;
  const repositoryUrl = `${world.apiUrl}/repos/${repository.fullName}`;
  const url = `${repositoryUrl}/pulls/${issue.number}`;
  const issueUrl = `${repositoryUrl}/issues/${issue.number}`;
  const htmlUrl = issueHtmlUrl(world, repository, issue);
  const statusesUrl = `${repositoryUrl}/statuses/${pull.headSha}`;
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: htmlUrl,
    diff_url: `${htmlUrl}.diff`,
    patch_url: `${htmlUrl}.patch`,
    issue_url: issueUrl,
    number: issue.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: renderUser(world, issue.author),
    body: issue.body === '' ? null : issue.body,
    created_at: isoTime(issue.createdAt),
    updated_at: isoTime(issue.updatedAt),
    closed_at: issue.closedAt === undefined ? null : isoTime(issue.closedAt),
    merged_at: pull.merged === undefined ? null : isoTime(pull.merged.at),
    merge_commit_sha: pull.merged?.sha ?? null,
    ...renderAssignees(world, issue),
    requested_reviewers: [],
    requested_teams: [],
    labels: issue.labels.map((one) => renderLabel(repositoryUrl, one)),
    milestone: null,
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statusesUrl,
    head: renderSide(world, pull.headRepository, { ref: pull.headBranch, sha: pull.headSha }),
    base: renderSide(world, repository, { ref: pull.baseBranch, sha: pull.baseSha }),
    _links: renderLinks({ url, issueUrl, htmlUrl, repositoryUrl, statusesUrl }),
    author_association: associationOf(repository, issue.author),
    auto_merge: null,
    active_lock_reason: null,
  };
}

function renderLinks(urls: Record<'url' | 'issueUrl' | 'htmlUrl' | 'repositoryUrl' | 'statusesUrl', string>) {
  return {
    self: { href: urls.url },
    html: { href: urls.htmlUrl },
    issue: { href: urls.issueUrl },
    comments: { href: `${urls.issueUrl}/comments` },
    review_comments: { href: `${urls.url}/comments` },
    review_comment: { href: `${urls.repositoryUrl}/pulls/comments{/number}` },
    commits: { href: `${urls.url}/commits` },
    statuses: { href: urls.statusesUrl },
  };
}

function renderSide(world: World, repository: RepositoryRecord, tip: { ref: string; sha: string }) {
  return {
    label: `${repository.owner.login}:${tip.ref}`,
    ref: tip.ref,
    sha: tip.sha,
    user: renderUser(world, repository.owner),
    repo: { ...renderRepository(world, repository), ...MERGE_SETTINGS },
  };
}

/** GitHub's full `pull-request`. */
export function renderPull(world: World, repository: RepositoryRecord, issue: PullIssue) {
  const { size, maintainerCanModify, merged } = issue.pull;
  return {
    ...renderPullSimple(world, repository, issue),
    merged: merged !== undefined,
    mergeable: true,
    rebaseable: true,
    mergeable_state: 'clean',
    merged_by: merged === undefined ? null : renderUser(world, merged.by),
    comments: issue.comments.length,
    review_comments: issue.reviewComments.length,
    maintainer_can_modify: maintainerCanModify,
    commits: size.commits,
    additions: size.additions,
    deletions: size.deletions,
    changed_files: size.changedFiles,
  };
}
