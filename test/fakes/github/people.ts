import { findComment, parties, remove, type Act, type ThreadAct } from './acts.ts';
import { addComment, addIssue, changeComment, setIssueState } from './conversations.ts';
import { createContinuousIntegration, type ContinuousIntegration } from './continuous-integration.ts';
import { createAttachments, type Attachments } from './files.ts';
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

/** What people, and the CI they have, do on the web site. Each act changes the state, and resolves when its webhook has been answered. */
export interface People
  extends Talk, Attachments, BranchActs, CheckActs, ContinuousIntegration, MarkActs, PullActs, ReviewActs {}

interface Talk {
  openIssue(act: Act & { title: string; body?: string }): Promise<{ issue: IssueRecord; delivery: Delivery }>;
  /** Title or body, of an issue. */
  editIssue(act: ThreadAct & { title?: string; body?: string }): Promise<{ delivery: Delivery }>;
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
    editIssue: (act) => editIssue(world, act),
    closeIssue: (act) => setState(world, act, 'closed'),
    reopenIssue: (act) => setState(world, act, 'open'),
    closePullRequest: (act) => setState(world, act, 'closed'),
    reopenPullRequest: (act) => setState(world, act, 'open'),
    comment: (act) => comment(world, act),
    editComment: (act) => editComment(world, act),
    deleteComment: (act) => deleteComment(world, act),
    ...createAttachments(world),
    ...createBranchActs(world),
    ...createCheckActs(world),
    ...createContinuousIntegration(world),
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

async function editIssue(world: World, act: ActOf<'editIssue'>) {
  const { repository, user } = parties(world, act);
  const issue = issueNumbered(repository, act.number);
  const { title = issue.title, body = issue.body } = act;
  const changes = {
    ...(title === issue.title ? {} : { title: { from: issue.title } }),
    ...(body === issue.body ? {} : { body: { from: issue.body } }),
  };
  issue.updatedAt = world.now();
  if (title !== issue.title) issue.renamedAt = world.now();
  if (body !== issue.body) issue.editedAt = world.now();
  Object.assign(issue, { title, body });
  return { delivery: await announceIssue(world, { repository, issue }, { action: 'edited', sender: user, changes }) };
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
