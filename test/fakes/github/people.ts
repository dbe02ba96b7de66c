import { addComment, addIssue, changeComment, makeComment, setIssueState } from './conversations.ts';
import { openPull } from './pull-requests.ts';
import type { CommentRecord, IssueRecord, RepositoryRecord, ReviewCommentRecord } from './records.ts';
import { isPull, type PullIssue } from './render-pull.ts';
import { announceComment, announceIssue, announcePull, announceReviewComment } from './webhook-events.ts';
import type { Delivery } from './webhook-sender.ts';
import { issueNumbered, repositoryNamed, userNamed, type RepositoryName, type World } from './world.ts';

/** Who does it (a login, created on first mention) and where. */
interface Act {
  readonly repository: RepositoryName;
  readonly by: string;
}

/** What people do on the web site. Each act changes the state, and resolves when its webhook has been answered. */
export interface People {
  openIssue(act: Act & { title: string; body?: string }): Promise<{ issue: IssueRecord; delivery: Delivery }>;
  closeIssue(act: Act & { number: number }): Promise<{ issue: IssueRecord; delivery: Delivery }>;
  reopenIssue(act: Act & { number: number }): Promise<{ issue: IssueRecord; delivery: Delivery }>;
  /** On an issue or a pull request. */
  comment(act: Act & { number: number; body: string }): Promise<{ comment: CommentRecord; delivery: Delivery }>;
  editComment(act: Act & { commentId: number; body: string }): Promise<{ comment: CommentRecord; delivery: Delivery }>;
  /** From a branch that exists (see `commit`); `fork` names the repository that has the branch when it is another one. */
  openPullRequest(
    act: Act & { title: string; body?: string; head: string; base?: string; fork?: RepositoryName; draft?: boolean },
  ): Promise<{ issue: PullIssue; delivery: Delivery }>;
  closePullRequest(act: Act & { number: number }): Promise<{ issue: PullIssue; delivery: Delivery }>;
  /** On one line of the new side of a pull request's diff. */
  reviewComment(
    act: Act & { number: number; body: string; path: string; line: number; inReplyTo?: number },
  ): Promise<{ comment: ReviewCommentRecord; delivery: Delivery }>;
}

type ActOf<Key extends keyof People> = Parameters<People[Key]>[0];

/** Binds the acts to one world. */
export function createPeople(world: World): People {
  return {
    openIssue: (act) => openIssue(world, act),
    closeIssue: (act) => setState(world, act, 'closed'),
    reopenIssue: (act) => setState(world, act, 'open'),
    comment: (act) => comment(world, act),
    editComment: (act) => editComment(world, act),
    openPullRequest: (act) => openPullRequest(world, act),
    closePullRequest: async (act) => {
      const { issue, delivery } = await setState(world, act, 'closed');
      return { issue: pullOnly(issue), delivery };
    },
    reviewComment: (act) => reviewComment(world, act),
  };
}

function parties(world: World, act: Act) {
  const user = userNamed(world, act.by);
  return { repository: repositoryNamed(world, act.repository), user, author: { user, viaApp: false } };
}

async function openIssue(world: World, act: ActOf<'openIssue'>) {
  const { repository, user, author } = parties(world, act);
  const issue = addIssue(world, repository, { author, title: act.title, body: act.body ?? '' });
  return { issue, delivery: await announceIssue(world, { repository, issue }, { action: 'opened', sender: user }) };
}

async function setState(world: World, act: Act & { number: number }, state: 'open' | 'closed') {
  const { repository, user } = parties(world, act);
  const issue = issueNumbered(repository, act.number);
  if (!setIssueState(world, issue, { state, by: user })) throw new Error(`#${act.number} is ${state} already`);
  const happening = { action: state === 'closed' ? 'closed' : 'reopened', sender: user };
  const delivery = await (isPull(issue)
    ? announcePull(world, { repository, issue }, happening)
    : announceIssue(world, { repository, issue }, happening));
  return { issue, delivery };
}

async function comment(world: World, act: ActOf<'comment'>) {
  const { repository, user, author } = parties(world, act);
  const issue = issueNumbered(repository, act.number);
  const made = addComment(world, issue, { author, body: act.body });
  const place = { repository, issue, comment: made };
  return { comment: made, delivery: await announceComment(world, place, { action: 'created', sender: user }) };
}

async function editComment(world: World, act: ActOf<'editComment'>) {
  const { repository, user } = parties(world, act);
  const place = { repository, ...findComment(repository, act.commentId) };
  const from = changeComment(world, place.comment, act.body);
  const happening = { action: 'edited', sender: user, changes: { body: { from } } };
  return { comment: place.comment, delivery: await announceComment(world, place, happening) };
}

async function openPullRequest(world: World, act: ActOf<'openPullRequest'>) {
  const { repository, user, author } = parties(world, act);
  const issue = await openPull(world, repository, {
    author,
    title: act.title,
    body: act.body ?? '',
    headRepository: act.fork === undefined ? repository : repositoryNamed(world, act.fork),
    head: act.head,
    base: act.base ?? repository.defaultBranch,
    draft: act.draft ?? false,
    maintainerCanModify: act.fork !== undefined,
  });
  return { issue, delivery: await announcePull(world, { repository, issue }, { action: 'opened', sender: user }) };
}

async function reviewComment(world: World, act: ActOf<'reviewComment'>) {
  const { repository, user, author } = parties(world, act);
  const issue = pullOnly(issueNumbered(repository, act.number));
  const made: ReviewCommentRecord = {
    ...makeComment(world, issue, { author, body: act.body }),
    path: act.path,
    line: act.line,
    commitId: issue.pull.headSha,
    diffHunk: `@@ -${act.line},1 +${act.line},1 @@`,
    reviewId: world.nextId(),
    inReplyToId: act.inReplyTo,
  };
  issue.reviewComments.push(made);
  const place = { repository, issue, comment: made };
  return { comment: made, delivery: await announceReviewComment(world, place, { action: 'created', sender: user }) };
}

function pullOnly(issue: IssueRecord): PullIssue {
  if (!isPull(issue)) throw new Error(`#${issue.number} is an issue, not a pull request`);
  return issue;
}

function findComment(repository: RepositoryRecord, id: number): { issue: IssueRecord; comment: CommentRecord } {
  for (const issue of repository.issues.values()) {
    const found = issue.comments.find((one) => one.id === id);
    if (found) return { issue, comment: found };
  }
  throw new Error(`${repository.fullName} has no comment ${id}`);
}
