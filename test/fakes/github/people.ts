import { findComment, parties, remove, type Act, type ThreadAct } from './acts.ts';
import { addComment, addIssue, changeComment, setIssueState } from './conversations.ts';
import { createBranchActs, type BranchActs } from './people-branches.ts';
import { createCheckActs, type CheckActs } from './people-checks.ts';
import { createMarkActs, type MarkActs } from './people-marks.ts';
import { createPullActs, type PullActs } from './people-pulls.ts';
import { createReviewActs, type ReviewActs } from './people-reviews.ts';
import type { CommentRecord, IssueRecord } from './records.ts';
import { isPull } from './render-pull.ts';
import { announceComment, announceIssue, announcePull } from './webhook-events.ts';
import type { Delivery } from './webhook-sender.ts';
import { issueNumbered, type World } from './world.ts';

/** What people do on the web site. Each act changes the state, and resolves when its webhook has been answered. */
export interface People extends Talk, BranchActs, CheckActs, MarkActs, PullActs, ReviewActs {}

interface Talk {
  openIssue(act: Act & { title: string; body?: string }): Promise<{ issue: IssueRecord; delivery: Delivery }>;
  closeIssue(act: ThreadAct): Promise<{ issue: IssueRecord; delivery: Delivery }>;
  reopenIssue(act: ThreadAct): Promise<{ issue: IssueRecord; delivery: Delivery }>;
  closePullRequest(act: ThreadAct): Promise<{ issue: IssueRecord; delivery: Delivery }>;
  reopenPullRequest(act: ThreadAct): Promise<{ issue: IssueRecord; delivery: Delivery }>;
  /** On an issue or a pull request. */
  comment(act: ThreadAct & { body: string }): Promise<{ comment: CommentRecord; delivery: Delivery }>;
  editComment(act: Act & { commentId: number; body: string }): Promise<{ comment: CommentRecord; delivery: Delivery }>;
  deleteComment(act: Act & { commentId: number }): Promise<{ delivery: Delivery }>;
}

type ActOf<Key extends keyof Talk> = Parameters<Talk[Key]>[0];

/** Binds the acts to one world. */
export function createPeople(world: World): People {
  return {
    openIssue: (act) => openIssue(world, act),
    closeIssue: (act) => setState(world, act, 'closed'),
    reopenIssue: (act) => setState(world, act, 'open'),
    closePullRequest: (act) => setState(world, act, 'closed'),
    reopenPullRequest: (act) => setState(world, act, 'open'),
    comment: (act) => comment(world, act),
    editComment: (act) => editComment(world, act),
    deleteComment: (act) => deleteComment(world, act),
    ...createBranchActs(world),
    ...createCheckActs(world),
    ...createMarkActs(world),
    ...createPullActs(world),
    ...createReviewActs(world),
  };
}

async function openIssue(world: World, act: ActOf<'openIssue'>) {
  const { repository, user, author } = parties(world, act);
  const issue = addIssue(world, repository, { author, title: act.title, body: act.body ?? '' });
  return { issue, delivery: await announceIssue(world, { repository, issue }, { action: 'opened', sender: user }) };
}

async function setState(world: World, act: ThreadAct, state: 'open' | 'closed') {
  const { repository, user } = parties(world, act);
  const issue = issueNumbered(repository, act.number);
  if (state === 'open' && issue.pull?.merged) throw new Error(`#${act.number} is merged`);
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

async function deleteComment(world: World, act: ActOf<'deleteComment'>) {
  const { repository, user } = parties(world, act);
  const place = { repository, ...findComment(repository, act.commentId) };
  remove(place.issue.comments, place.comment);
  return { delivery: await announceComment(world, place, { action: 'deleted', sender: user }) };
}
