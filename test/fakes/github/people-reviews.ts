import { findLineComment, parties, pullParties, remove, type Act, type ThreadAct } from './acts.ts';
import { changeComment, checkBodyLength, makeComment, type Author } from './conversations.ts';
import type { ReviewCommentRecord, ReviewRecord } from './records.ts';
import type { PullIssue } from './render-pull.ts';
import { announceReviewComment } from './webhook-events.ts';
import { announceReview } from './webhook-life.ts';
import type { Delivery } from './webhook-sender.ts';
import type { World } from './world.ts';

interface LineWords {
  readonly path: string;
  readonly line: number;
  readonly body: string;
  readonly inReplyTo?: number;
}

interface OnLine {
  readonly comment: ReviewCommentRecord;
  readonly delivery: Delivery;
}

/** What people do when they review. */
export interface ReviewActs {
  /** On one line of the new side of a pull request's diff. */
  reviewComment(act: ThreadAct & LineWords): Promise<OnLine>;
  editReviewComment(act: Act & { commentId: number; body: string }): Promise<OnLine>;
  deleteReviewComment(act: Act & { commentId: number }): Promise<{ delivery: Delivery }>;
  /** A summary with comments on lines, sent as one; the comments have webhooks of their own. */
  submitReview(
    act: ThreadAct & { body?: string; state?: ReviewRecord['state']; comments?: readonly LineWords[] },
  ): Promise<{ review: ReviewRecord; comments: readonly ReviewCommentRecord[]; delivery: Delivery }>;
  editReview(act: ThreadAct & { reviewId: number; body: string }): Promise<{ delivery: Delivery }>;
  /** The discussion that a comment began. GitHub's webhook for it is not modelled. */
  resolveDiscussion(act: Act & { commentId: number }): void;
}

type ActOf<Key extends keyof ReviewActs> = Parameters<ReviewActs[Key]>[0];

/** Binds the acts to one world. */
export function createReviewActs(world: World): ReviewActs {
  return {
    reviewComment: (act) => reviewComment(world, act),
    editReviewComment: (act) => editReviewComment(world, act),
    deleteReviewComment: (act) => deleteReviewComment(world, act),
    submitReview: (act) => submitReview(world, act),
    editReview: (act) => editReview(world, act),
    resolveDiscussion: (act) => {
      findLineComment(parties(world, act).repository, act.commentId).comment.resolved = true;
    },
  };
}

function addLine(
  world: World,
  issue: PullIssue,
  input: { author: Author; words: LineWords; reviewId: number },
): ReviewCommentRecord {
  const { author, words, reviewId } = input;
  const made: ReviewCommentRecord = {
    ...makeComment(world, issue, { author, body: words.body }),
    path: words.path,
    line: words.line,
    commitId: issue.pull.headSha,
    diffHunk: `@@ -${words.line},1 +${words.line},1 @@`,
    reviewId,
    inReplyToId: words.inReplyTo,
    publishedAt: world.now(),
    resolved: false,
  };
  issue.reviewComments.push(made);
  return made;
}

async function reviewComment(world: World, act: ActOf<'reviewComment'>): Promise<OnLine> {
  const { repository, user, author, issue } = pullParties(world, act);
  const comment = addLine(world, issue, { author, words: act, reviewId: world.nextId() });
  const place = { repository, issue, comment };
  return { comment, delivery: await announceReviewComment(world, place, { action: 'created', sender: user }) };
}

async function editReviewComment(world: World, act: ActOf<'editReviewComment'>): Promise<OnLine> {
  const { repository, user } = parties(world, act);
  const place = { repository, ...findLineComment(repository, act.commentId) };
  const from = changeComment(world, place.comment, act.body);
  const happening = { action: 'edited', sender: user, changes: { body: { from } } };
  return { comment: place.comment, delivery: await announceReviewComment(world, place, happening) };
}

async function deleteReviewComment(world: World, act: ActOf<'deleteReviewComment'>) {
  const { repository, user } = parties(world, act);
  const place = { repository, ...findLineComment(repository, act.commentId) };
  remove(place.issue.reviewComments, place.comment);
  return { delivery: await announceReviewComment(world, place, { action: 'deleted', sender: user }) };
}

async function submitReview(world: World, act: ActOf<'submitReview'>) {
  const { repository, user, author, issue } = pullParties(world, act);
  checkBodyLength('PullRequestReview', act.body ?? '');
  const review: ReviewRecord = {
    id: world.nextId(),
    author: user,
    state: act.state ?? 'commented',
    commitId: issue.pull.headSha,
    submittedAt: world.now(),
    editedAt: undefined,
    body: act.body ?? '',
  };
  issue.reviews.push(review);
  issue.updatedAt = world.now();
  const comments = (act.comments ?? []).map((words) => addLine(world, issue, { author, words, reviewId: review.id }));
  const delivery = await announceReview(world, { repository, issue, review }, { action: 'submitted', sender: user });
  for (const comment of comments) {
    await announceReviewComment(world, { repository, issue, comment }, { action: 'created', sender: user });
  }
  return { review, comments, delivery };
}

async function editReview(world: World, act: ActOf<'editReview'>) {
  const { repository, user, issue } = pullParties(world, act);
  const review = issue.reviews.find((one) => one.id === act.reviewId);
  if (!review) throw new Error(`#${act.number} has no review ${act.reviewId}`);
  const from = review.body;
  review.body = act.body;
  review.editedAt = world.now();
  const happening = { action: 'edited', sender: user, changes: { body: { from } } };
  return { delivery: await announceReview(world, { repository, issue, review }, happening) };
}
