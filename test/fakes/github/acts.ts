import type { Author } from './conversations.ts';
import type { CommentRecord, IssueRecord, RepositoryRecord, ReviewCommentRecord, UserRecord } from './records.ts';
import { isPull, type PullIssue } from './render-pull.ts';
import type { RepositoryName } from '../git-host/commits.ts';
import { issueNumbered, repositoryNamed, userNamed, type World } from './world.ts';

/** Who does it (a login, created on first mention) and where. */
export interface Act {
  readonly repository: RepositoryName;
  readonly by: string;
}

/** An act on an issue or pull request. */
export interface ThreadAct extends Act {
  readonly number: number;
}

/** The records behind an act. */
export function parties(
  world: World,
  act: Act,
): { readonly repository: RepositoryRecord; readonly user: UserRecord; readonly author: Author } {
  const user = userNamed(world, act.by);
  return { repository: repositoryNamed(world, act.repository), user, author: { user, viaApp: false } };
}

/** The records behind an act on a pull request; throws when the number is an issue's. */
export function pullParties(world: World, act: ThreadAct): ReturnType<typeof parties> & { readonly issue: PullIssue } {
  const found = parties(world, act);
  return { ...found, issue: pullOnly(issueNumbered(found.repository, act.number)) };
}

/** Narrows to a pull request; throws when it is an issue. */
function pullOnly(issue: IssueRecord): PullIssue {
  if (!isPull(issue)) throw new Error(`#${issue.number} is an issue, not a pull request`);
  return issue;
}

/** A comment in any conversation of the repository; throws when there is none of that id. */
export function findComment(
  repository: RepositoryRecord,
  id: number,
): { readonly issue: IssueRecord; readonly comment: CommentRecord } {
  for (const issue of repository.issues.values()) {
    const comment = issue.comments.find((one) => one.id === id);
    if (comment) return { issue, comment };
  }
  throw new Error(`${repository.fullName} has no comment ${id}`);
}

/** A comment on a line of any pull request of the repository; throws when there is none of that id. */
export function findLineComment(
  repository: RepositoryRecord,
  id: number,
): { readonly issue: PullIssue; readonly comment: ReviewCommentRecord } {
  for (const issue of repository.issues.values()) {
    const comment = issue.reviewComments.find((one) => one.id === id);
    if (comment) return { issue: pullOnly(issue), comment };
  }
  throw new Error(`${repository.fullName} has no review comment ${id}`);
}

/** Takes an item out of a list in place. */
export function remove<T>(list: T[], item: T): void {
  list.splice(list.indexOf(item), 1);
}
