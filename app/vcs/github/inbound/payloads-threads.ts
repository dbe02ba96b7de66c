import { z } from 'zod';
import { Account, Base, Id, Sha, Text } from './payloads.ts';

/*
 * Webhook bodies about issues and pull requests, only the fields we read.
 * Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */

/** Who wrote the words; absent when the account is gone. */
const Author = z.object({ id: Id }).nullish();

const Issue = z.object({
  number: Id,
  title: z.string(),
  body: Text,
  user: Author,
  /** Present when the "issue" is the conversation of a pull request. */
  pull_request: z.unknown().optional(),
});
export type Issue = z.infer<typeof Issue>;

const PullRequest = z.object({ number: Id, title: z.string(), body: Text, user: Author });
export type PullRequest = z.infer<typeof PullRequest>;

/** `issues`, whatever the action. */
export const IssueEvent = Base.extend({ issue: Issue });
export type IssueEvent = z.infer<typeof IssueEvent>;

/** `issues`, action `opened`; `old_issue` is there when it came by transfer from another repository. */
export const IssueOpenedEvent = IssueEvent.extend({
  changes: z.object({ old_issue: z.unknown().optional() }).nullish(),
});
export type IssueOpenedEvent = z.infer<typeof IssueOpenedEvent>;

/** `issue_comment`: a comment on an issue or in the conversation of a pull request. */
export const IssueCommentEvent = IssueEvent.extend({ comment: z.object({ id: Id, body: Text, user: Author }) });
export type IssueCommentEvent = z.infer<typeof IssueCommentEvent>;

/** `pull_request`, whatever the action. */
export const PullRequestEvent = Base.extend({ pull_request: PullRequest });
export type PullRequestEvent = z.infer<typeof PullRequestEvent>;

/** `pull_request`, action `closed`. */
export const PullClosedEvent = Base.extend({
  pull_request: PullRequest.extend({ merged: z.boolean().nullish() }),
});
export type PullClosedEvent = z.infer<typeof PullClosedEvent>;

/** `pull_request`, actions after which there is something to look at. `repo` is null when the fork was deleted. */
export const PullOfferedEvent = Base.extend({
  pull_request: PullRequest.extend({
    draft: z.boolean().nullish(),
    head: z.object({ sha: Sha, repo: z.object({ id: Id }).nullish() }),
  }),
});
export type PullOfferedEvent = z.infer<typeof PullOfferedEvent>;

/** `pull_request_review_comment`: a comment on a line of the diff. */
export const ReviewCommentEvent = PullRequestEvent.extend({
  comment: z.object({ id: Id, body: Text, user: Author, path: z.string(), diff_hunk: Text }),
});
export type ReviewCommentEvent = z.infer<typeof ReviewCommentEvent>;

/** `pull_request_review`: the summary of a whole review, empty when the reviewer wrote none. */
export const ReviewEvent = PullRequestEvent.extend({ review: z.object({ id: Id, body: Text, user: Author }) });
export type ReviewEvent = z.infer<typeof ReviewEvent>;

/** What `labeled` and `assigned` add. GitHub's description lets either be absent. */
export const MarkEvent = z.object({ label: z.object({ name: z.string() }).nullish(), assignee: Account.nullish() });
