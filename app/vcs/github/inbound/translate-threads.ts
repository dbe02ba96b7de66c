import type { Marked, Said, Thread, ThreadMoved, Unsaid } from '#core/domain/host/inbound.ts';
import {
  IssueCommentEvent,
  IssueEvent,
  IssueOpenedEvent,
  MarkEvent,
  ReviewCommentEvent,
  ReviewEvent,
  type Issue,
  type PullRequest,
} from './payloads-threads.ts';
import type { Base } from './payloads.ts';
import { actorOf, ignored, whoAndWhere, type Ignored, type Readers } from './translation.ts';

/** What people say and do in issues, and what they say in pull requests. */
export const threadReaders: Readers = [
  ['issues.opened', (payload) => fromIssueOpened(IssueOpenedEvent.parse(payload))],
  ['issues.closed', (payload) => fromIssueMoved(IssueEvent.parse(payload), 'closed')],
  // Both leave nothing under that number; what a transfer makes elsewhere is another issue.
  ['issues.deleted', (payload) => fromIssueMoved(IssueEvent.parse(payload), 'closed')],
  ['issues.transferred', (payload) => fromIssueMoved(IssueEvent.parse(payload), 'closed')],
  ['issues.reopened', (payload) => fromIssueMoved(IssueEvent.parse(payload), 'reopened')],
  ['issues.labeled', (payload) => fromIssueMarked(payload)],
  ['issues.assigned', (payload) => fromIssueMarked(payload)],
  ['issue_comment.created', (payload) => fromIssueComment(IssueCommentEvent.parse(payload))],
  ['issue_comment.edited', (payload) => fromComment(IssueCommentEvent.parse(payload), 'edited')],
  ['issue_comment.deleted', (payload) => fromComment(IssueCommentEvent.parse(payload), 'deleted')],
  ['pull_request_review_comment.created', (payload) => fromReviewComment(ReviewCommentEvent.parse(payload))],
  ['pull_request_review_comment.edited', (payload) => fromLine(ReviewCommentEvent.parse(payload), 'edited')],
  ['pull_request_review_comment.deleted', (payload) => fromLine(ReviewCommentEvent.parse(payload), 'deleted')],
  ['pull_request_review.submitted', (payload) => fromReview(ReviewEvent.parse(payload))],
  ['pull_request_review.edited', (payload) => fromReviewEdited(ReviewEvent.parse(payload))],
];

/** Words that somebody else has written are nobody's command, whoever moved them. */
export function said(event: Base, author: Issue['user'], words: Pick<Said, 'thread' | 'trigger' | 'text'>) {
  if (author && author.id !== event.sender.id) return ignored('the words are not those of who sent them');
  return { kind: 'said', ...whoAndWhere(event), ...words } as const satisfies Said;
}

/** The label or assignee that was put on a thread. */
export function marked(event: Base, thread: Thread, payload: unknown): Marked | Ignored {
  const { label, assignee } = MarkEvent.parse(payload);
  const mark = { kind: 'marked', ...whoAndWhere(event), thread } as const;
  if (label) return { ...mark, by: { kind: 'label', name: label.name } };
  if (assignee) return { ...mark, by: { kind: 'assignee', account: actorOf(assignee) } };
  return ignored('names neither label nor assignee');
}

/** The conversation of a pull request. */
export function pullThread({ number, title, body }: PullRequest): Thread {
  return { kind: 'pull', number, title, body };
}

function issueThread({ number, title, body, pull_request: pull }: Issue): Thread {
  return { kind: pull !== undefined && pull !== null ? 'pull' : 'issue', number, title, body };
}

function fromIssueOpened(event: IssueOpenedEvent): Said | Ignored {
  // GitHub opens a transferred issue anew. What it asks was asked, and answered, where it came from.
  if (event.changes?.old_issue) return ignored('the issue came from another repository');
  const thread = issueThread(event.issue);
  return said(event, event.issue.user, { thread, trigger: { kind: 'thread' }, text: thread.body });
}

function fromIssueMoved(event: IssueEvent, change: ThreadMoved['change']): ThreadMoved {
  const { kind, number } = issueThread(event.issue);
  return { kind: 'thread', change, ...whoAndWhere(event), thread: { kind, number } };
}

function fromIssueMarked(payload: unknown): Marked | Ignored {
  const event = IssueEvent.parse(payload);
  return marked(event, issueThread(event.issue), payload);
}

function fromIssueComment(event: IssueCommentEvent): Said | Ignored {
  const { id, user, body: text } = event.comment;
  return said(event, user, { thread: issueThread(event.issue), trigger: { kind: 'comment', id }, text });
}

function fromComment(event: IssueCommentEvent, how: Unsaid['how']): Unsaid {
  return { kind: 'unsaid', ...whoAndWhere(event), trigger: { kind: 'comment', id: event.comment.id }, how };
}

function fromReviewComment(event: ReviewCommentEvent): Said | Ignored {
  const { user, body: text } = event.comment;
  return said(event, user, { thread: pullThread(event.pull_request), trigger: lineOf(event), text });
}

function fromLine(event: ReviewCommentEvent, how: Unsaid['how']): Unsaid {
  return { kind: 'unsaid', ...whoAndWhere(event), trigger: lineOf(event), how };
}

function lineOf({ comment: { id, path, diff_hunk: hunk } }: ReviewCommentEvent) {
  return { kind: 'review-comment', id, path, hunk } as const;
}

function fromReview(event: ReviewEvent): Said | Ignored {
  const { id, user, body: text } = event.review;
  return said(event, user, { thread: pullThread(event.pull_request), trigger: { kind: 'review', id }, text });
}

function fromReviewEdited(event: ReviewEvent): Unsaid {
  return { kind: 'unsaid', ...whoAndWhere(event), trigger: { kind: 'review', id: event.review.id }, how: 'edited' };
}
