import { z } from 'zod';

/*
 * The webhook bodies we act on, only the fields we read.
 * Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */

// GitHub's own alphabet for owners and repositories; the words end up in URLs and in paths of the mirror cache.
const Name = z.string().regex(/^(?!\.{1,2}$)[\w.-]{1,100}$/);
const Id = z.number().int().positive();

/** Text a person may have left empty; GitHub sends null then. */
const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

/** What decides whether a delivery is any of our business at all. */
export const Envelope = z.object({
  action: z.string().optional(),
  installation: z.object({ id: Id }).nullish(),
});

const Repository = z.object({ id: Id, name: Name, owner: z.object({ login: Name }) });

/** `login` has brackets when it is an App's: `astraforge[bot]`. */
const Sender = z.object({ id: Id, login: z.string().min(1).max(100), type: z.string() });

/** Fields that every event of ours carries. */
const Base = z.object({ installation: z.object({ id: Id }), repository: Repository, sender: Sender });
export type Base = z.infer<typeof Base>;

const Issue = z.object({
  number: Id,
  title: z.string(),
  body: Text,
  /** Present when the "issue" is the conversation of a pull request. */
  pull_request: z.unknown().optional(),
});

const PullRequest = z.object({ number: Id, title: z.string(), body: Text });
export type PullRequest = z.infer<typeof PullRequest>;

/** `issues`, actions `opened` and `closed`. */
export const IssueEvent = Base.extend({ issue: Issue });
export type IssueEvent = z.infer<typeof IssueEvent>;

/** `issue_comment`, action `created`: a comment on an issue or in the conversation of a pull request. */
export const IssueCommentEvent = IssueEvent.extend({ comment: z.object({ id: Id, body: Text }) });
export type IssueCommentEvent = z.infer<typeof IssueCommentEvent>;

/** `pull_request`, actions `opened` and `closed` (merged or not). */
export const PullRequestEvent = Base.extend({ pull_request: PullRequest });
export type PullRequestEvent = z.infer<typeof PullRequestEvent>;

/** `pull_request_review_comment`, action `created`: a comment on a line of the diff. */
export const ReviewCommentEvent = PullRequestEvent.extend({
  comment: z.object({ id: Id, body: Text, path: z.string(), diff_hunk: Text }),
});
export type ReviewCommentEvent = z.infer<typeof ReviewCommentEvent>;
