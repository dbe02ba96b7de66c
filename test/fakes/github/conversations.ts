import { unprocessable, type FieldError } from './failure.ts';
import type {
  CommentRecord,
  IssueRecord,
  PullRecord,
  ReactionContent,
  ReactionRecord,
  RepositoryRecord,
  UserRecord,
} from './records.ts';
import { nextIssueNumber, type World } from './world.ts';

// GitHub refuses longer bodies with 422 "body is too long (maximum is 65536 characters)".
const BODY_CHARS_MAX = 65_536;

/** Who writes; `viaApp` when it is done with an installation token. */
export interface Author {
  readonly user: UserRecord;
  readonly viaApp: boolean;
}

/** @throws GitHubFailure 422 when a body is longer than GitHub stores. */
export function checkBodyLength(resource: string, body: string): void {
  if ([...body].length <= BODY_CHARS_MAX) return;
  const error: FieldError = {
    resource,
    field: 'body',
    code: 'unprocessable',
    message: `body is too long (maximum is ${BODY_CHARS_MAX} characters)`,
  };
  throw unprocessable([error]);
}

/** Files a new issue, or a pull request when `pull` is given. */
export function addIssue(
  world: World,
  repository: RepositoryRecord,
  input: { readonly author: Author; readonly title: string; readonly body: string; readonly pull?: PullRecord },
): IssueRecord {
  checkBodyLength(input.pull ? 'PullRequest' : 'Issue', input.body);
  const at = world.now();
  const issue: IssueRecord = {
    id: world.nextId(),
    number: nextIssueNumber(repository),
    author: input.author.user,
    viaApp: input.author.viaApp,
    createdAt: at,
    updatedAt: at,
    editedAt: undefined,
    renamedAt: undefined,
    closedAt: undefined,
    closedBy: undefined,
    title: input.title,
    body: input.body,
    state: 'open',
    reactions: [],
    comments: [],
    reviewComments: [],
    reviews: [],
    labels: [],
    assignees: [],
    pull: input.pull,
  };
  repository.issues.set(issue.number, issue);
  return issue;
}

/** Opens or closes; returns false when it was so already. */
export function setIssueState(
  world: World,
  issue: IssueRecord,
  change: { state: 'open' | 'closed'; by: UserRecord },
): boolean {
  if (issue.state === change.state) return false;
  issue.state = change.state;
  issue.updatedAt = world.now();
  issue.closedAt = change.state === 'closed' ? world.now() : undefined;
  issue.closedBy = change.state === 'closed' ? change.by : undefined;
  return true;
}

/** Makes a comment that belongs to an issue and hangs nowhere yet. */
export function makeComment(
  world: World,
  issue: IssueRecord,
  input: { readonly author: Author; readonly body: string },
): CommentRecord {
  checkBodyLength('IssueComment', input.body);
  const at = world.now();
  issue.updatedAt = at;
  return {
    id: world.nextId(),
    issueNumber: issue.number,
    author: input.author.user,
    viaApp: input.author.viaApp,
    createdAt: at,
    updatedAt: at,
    body: input.body,
    reactions: [],
  };
}

/** Appends a comment to the conversation of an issue or pull request. */
export function addComment(
  world: World,
  issue: IssueRecord,
  input: { readonly author: Author; readonly body: string },
): CommentRecord {
  const comment = makeComment(world, issue, input);
  issue.comments.push(comment);
  return comment;
}

/** Replaces a comment's body and returns the former one. */
export function changeComment(world: World, comment: CommentRecord, body: string): string {
  checkBodyLength('IssueComment', body);
  const former = comment.body;
  comment.body = body;
  comment.updatedAt = world.now();
  return former;
}

/** Reacts; the same content by the same user exists once, and `created` is false when it did already. */
export function addReaction(
  world: World,
  reactions: ReactionRecord[],
  input: { readonly user: UserRecord; readonly content: ReactionContent },
): { readonly reaction: ReactionRecord; readonly created: boolean } {
  const known = reactions.find((one) => one.user.id === input.user.id && one.content === input.content);
  if (known) return { reaction: known, created: false };
  const reaction: ReactionRecord = { id: world.nextId(), ...input, createdAt: world.now() };
  reactions.push(reaction);
  return { reaction, created: true };
}
