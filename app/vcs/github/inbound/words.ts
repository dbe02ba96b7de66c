import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { WordLog, WordsDelivery } from '#core/ports/host/word-log.ts';
import type { Api, Target } from '../wire/api.ts';
import { Text } from './payloads.ts';
import { User } from '../thread/thread-comments.ts';
import { readThreadMarks } from '../thread/thread-marks.ts';

type Place = Parameters<WordLog['isThere']>[1];

const Thread = z.object({
  number: z.number(),
  title: z.string(),
  body: Text,
  user: User,
  pull_request: z.unknown().optional(),
});
const Written = z.object({
  id: z.number(),
  body: Text,
  user: User,
  created_at: z.string().optional(),
  updated_at: z.string().optional(),
  submitted_at: z.string().nullish(),
  path: z.string().optional(),
  diff_hunk: z.string().optional(),
});
type Written = z.infer<typeof Written>;

const EVENTS = {
  comment: { event: 'issue_comment', action: 'created' },
  'review-comment': { event: 'pull_request_review_comment', action: 'created' },
  review: { event: 'pull_request_review', action: 'submitted' },
} as const;

/**
 * Words one by one, and the webhook that tells of them as GitHub would have sent it, with the fields that are read. Whether
 * they were edited `updated_at` tells of a comment, and GraphQL of the rest. Permission: issues:read and pull_requests:read.
 */
export function createWords(api: Api): Pick<WordLog, 'deliveryOf' | 'isThere'> {
  return {
    async deliveryOf(repo, place, since) {
      const issue = await unlessMissing(readThread(api, repo, place));
      if (issue === undefined) return undefined;
      const { installationId, id, name, owner } = repo;
      const where = { installation: { id: installationId }, repository: { id, name, owner: { login: owner } } };
      if (place.trigger.kind === 'thread') {
        const { editedAt } = await readThreadMarks(api, repo, place.thread);
        const body = { action: 'opened', ...where, sender: issue.user, issue };
        return editedAt === null && issue.user ? delivery('issues', body) : undefined;
      }
      const words = await unlessMissing(readWords(api, repo, place));
      if (!words?.user || !(await isPristine(api, repo, { place, words, since }))) return undefined;
      const { event, action } = EVENTS[place.trigger.kind];
      const about = place.trigger.kind === 'comment' ? { issue } : { pull_request: issue };
      const said = place.trigger.kind === 'review' ? { review: words } : { comment: words };
      return delivery(event, { action, ...where, sender: words.user, ...about, ...said });
    },
    async isThere(repo, place) {
      const read: Promise<object> =
        place.trigger.kind === 'thread' ? readThread(api, repo, place) : readWords(api, repo, place);
      return (await unlessMissing(read)) !== undefined;
    },
  };
}

function delivery(event: string, body: object): WordsDelivery {
  return { event, body: Buffer.from(JSON.stringify(body)) };
}

function readThread(api: Api, repo: RepoRef, { thread: { number } }: Place): Promise<z.infer<typeof Thread>> {
  const which = { owner: repo.owner, repo: repo.name, issue_number: number };
  return api.read(targetOf(repo, number), (octokit) => octokit.rest.issues.get(which), Thread);
}

function readWords(api: Api, repo: RepoRef, { thread: { number }, trigger }: Place): Promise<Written> {
  const where = { owner: repo.owner, repo: repo.name };
  return api.read(
    targetOf(repo, number),
    ({ rest }) => {
      switch (trigger.kind) {
        case 'thread':
          return rest.issues.get({ ...where, issue_number: number });
        case 'comment':
          return rest.issues.getComment({ ...where, comment_id: trigger.id });
        case 'review-comment':
          return rest.pulls.getReviewComment({ ...where, comment_id: trigger.id });
        case 'review':
          return rest.pulls.getReview({ ...where, pull_number: number, review_id: trigger.id });
      }
    },
    Written,
  );
}

function targetOf(repo: RepoRef, number: number): Target {
  return { repo, purpose: 'threads', action: `reading what was said in ${fullName(repo)}#${number}` };
}

/** Whether the words are for certain as they were said, and were said since then. What is too far back is not certain. */
async function isPristine(
  api: Api,
  repo: RepoRef,
  { place, words, since }: { place: Place; words: Written; since: string },
): Promise<boolean> {
  const { thread, trigger } = place;
  if (trigger.kind === 'comment') return words.created_at === words.updated_at;
  if (trigger.kind === 'thread') return false;
  const { comments, reviews } = await readThreadMarks(api, repo, thread);
  if (trigger.kind === 'review') return reviews.get(trigger.id) === null;
  const marks = comments.get(trigger.id);
  return marks?.editedAt === null && Date.parse(marks.publishedAt ?? '') >= Date.parse(since);
}

async function unlessMissing<Value>(read: Promise<Value>): Promise<Value | undefined> {
  return read.catch((thrown: unknown) => {
    if (thrown instanceof AppError && thrown.code === 'missing') return undefined;
    throw thrown;
  });
}
