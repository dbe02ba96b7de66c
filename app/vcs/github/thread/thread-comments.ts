import { z } from 'zod';
import type { Actor } from '#core/domain/host/repo.ts';
import type { ThreadComment } from '#core/ports/host/thread-reader.ts';
import { Text } from '../inbound/payloads.ts';
import type { ThreadMarks } from './thread-marks.ts';

/** Null when the account is gone. */
export const User = z.object({ id: z.number(), login: z.string(), type: z.string() }).nullable();

const Written = z.object({
  id: z.number(),
  body: Text,
  user: User,
  created_at: z.string(),
  updated_at: z.string(),
});

/** A page of the comments of a conversation. */
export const Comments = z.array(Written);

/** A page of the comments at lines. `line` is null when the place is outdated or a whole file. */
export const LineComments = z.array(
  Written.extend({
    path: z.string(),
    line: z.number().nullish(),
    diff_hunk: z.string(),
    pull_request_review_id: z.number().nullable(),
  }),
);

/** A page of reviews. One that is not submitted yet has no time; only its author sees it. */
export const Reviews = z.array(
  z.object({ id: z.number(), body: Text, user: User, submitted_at: z.string().optional() }),
);

/** An account as the core knows it; GitHub shows one that is gone as `ghost`. */
export function toAuthor(user: z.infer<typeof User>): Actor {
  if (user === null) return { id: 0, login: 'ghost', bot: false };
  return { id: user.id, login: user.login, bot: user.type === 'Bot' };
}

/** A comment of the conversation. GitHub moves its `updated_at` when it is edited. */
export function toComment(comment: z.infer<typeof Written>): ThreadComment {
  const { id, body, user, created_at: createdAt, updated_at: updatedAt } = comment;
  const editedAt = updatedAt === createdAt ? null : updatedAt;
  return { id, author: toAuthor(user), body, createdAt, editedAt, at: null, discussion: null };
}

/**
 * A comment at a line. It counts from when its review was submitted: `created_at` is when its author began to write, so that
 * a comment could be kept ready and shown later as an old one.
 */
export function toLineComment(
  comment: z.infer<typeof LineComments>[number],
  { comments }: Pick<ThreadMarks, 'comments'>,
): ThreadComment {
  const marks = comments.get(comment.id);
  const { path, line, diff_hunk: hunk, pull_request_review_id: partOf, updated_at: updatedAt } = comment;
  return {
    ...toComment(comment),
    createdAt: marks?.publishedAt ?? updatedAt,
    editedAt: marks === undefined ? updatedAt : marks.editedAt,
    at: { path, line: line ?? null, hunk },
    discussion: marks?.discussion ?? null,
    ...(partOf === null ? {} : { partOf }),
  };
}

/** The summary of a review; nothing when it is empty, not submitted, or so old that nobody says whether it was edited. */
export function toReviewSummary(
  { id, body, user, submitted_at: createdAt }: z.infer<typeof Reviews>[number],
  { reviews }: Pick<ThreadMarks, 'reviews'>,
): ThreadComment[] {
  const editedAt = reviews.get(id);
  if (body === '' || createdAt === undefined || editedAt === undefined) return [];
  return [{ id, author: toAuthor(user), body, createdAt, editedAt, at: null, discussion: null }];
}
