import type { CommentRecord, RepositoryRecord, ReviewCommentRecord, UserRecord } from './records.ts';
import { renderComment, renderIssue, renderReviewComment, type CommentPlace } from './render-issue.ts';
import { renderPull, renderPullSimple, type PullIssue } from './render-pull.ts';
import { renderRepository } from './render-repository.ts';
import { nodeId, renderUser } from './render-user.ts';
import type { Delivery } from './webhook-sender.ts';
import type { World } from './world.ts';

/** What happened and by whom; `changes` are the former values that `edited` events carry, `more` what else the action adds. */
export interface Happening {
  readonly action: string;
  readonly sender: UserRecord;
  readonly changes?: Readonly<Record<string, unknown>>;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Delivers `issues`. */
export function announceIssue(world: World, place: CommentPlace, happening: Happening): Promise<Delivery> {
  const issue = renderIssue(world, place.repository, place.issue);
  return announce(world, 'issues', { place, happening, subject: { issue } });
}

/** Delivers `issue_comment`, for issues and pull requests alike. */
export function announceComment(
  world: World,
  place: CommentPlace & { readonly comment: CommentRecord },
  happening: Happening,
): Promise<Delivery> {
  const issue = renderIssue(world, place.repository, place.issue);
  const comment = renderComment(world, place, place.comment);
  return announce(world, 'issue_comment', { place, happening, subject: { issue, comment } });
}

/** Delivers `pull_request`; `moved` is set for `synchronize`. */
export function announcePull(
  world: World,
  place: {
    readonly repository: RepositoryRecord;
    readonly issue: PullIssue;
    readonly moved?: { before: string; after: string };
  },
  happening: Happening,
): Promise<Delivery> {
  const pull_request = renderPull(world, place.repository, place.issue);
  const subject = { number: place.issue.number, pull_request, ...place.moved };
  return announce(world, 'pull_request', { place, happening, subject });
}

/** Delivers `pull_request_review_comment`. */
export function announceReviewComment(
  world: World,
  place: { readonly repository: RepositoryRecord; readonly issue: PullIssue; readonly comment: ReviewCommentRecord },
  happening: Happening,
): Promise<Delivery> {
  const comment = renderReviewComment(world, place, place.comment);
  const pull_request = renderPullSimple(world, place.repository, place.issue);
  return announce(world, 'pull_request_review_comment', { place, happening, subject: { comment, pull_request } });
}

/** Delivers an event of a repository. */
export function announce(
  world: World,
  event: string,
  what: { place: { repository: RepositoryRecord }; happening: Happening; subject: Record<string, unknown> },
): Promise<Delivery> {
  const { action, changes, sender, more } = what.happening;
  return world.hooks.send(event, {
    action,
    ...what.subject,
    ...more,
    ...(changes === undefined ? {} : { changes }),
    ...surroundings(world, what.place.repository, sender),
  });
}

/** What every delivery about a repository names beside what happened. */
export function surroundings(world: World, repository: RepositoryRecord, sender: UserRecord) {
  const { owner, installationId } = repository;
  return {
    repository: renderRepository(world, repository),
    ...(owner.type === 'Organization' ? { organization: renderOrganization(world, owner) } : {}),
    sender: renderUser(world, sender),
    ...(installationId === undefined
      ? {}
      : { installation: { id: installationId, node_id: nodeId('MDIz', installationId) } }),
  };
}

function renderOrganization(world: World, owner: UserRecord) {
  const url = `${world.apiUrl}/orgs/${owner.login}`;
  return {
    login: owner.login,
    id: owner.id,
    node_id: nodeId('O', owner.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.webUrl}/avatars/u/${owner.id}?v=4`,
    description: null,
  };
}
