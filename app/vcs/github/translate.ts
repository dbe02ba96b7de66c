import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { InboundEvent, Said, Thread, ThreadMoved } from '#core/domain/inbound.ts';
import {
  Envelope,
  IssueCommentEvent,
  IssueEvent,
  PullRequestEvent,
  ReviewCommentEvent,
  type Base,
  type PullRequest,
} from './payloads.ts';

/** A delivery that asks nothing of us, and why; the reason is ours, so it may be logged. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly reason: string;
}

type Reader = (payload: unknown) => InboundEvent;

/** Event and action to the one function that reads it; whatever is not listed here is ignored. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['issue_comment.created', (payload) => fromIssueComment(IssueCommentEvent.parse(payload))],
  ['issues.opened', (payload) => fromIssueOpened(IssueEvent.parse(payload))],
  ['issues.closed', (payload) => fromIssueClosed(IssueEvent.parse(payload))],
  ['pull_request_review_comment.created', (payload) => fromReviewComment(ReviewCommentEvent.parse(payload))],
  ['pull_request.opened', (payload) => fromPullOpened(PullRequestEvent.parse(payload))],
  ['pull_request.closed', (payload) => fromPullClosed(PullRequestEvent.parse(payload))],
]);

const EVENTS: ReadonlySet<string> = new Set([...READERS.keys()].map((key) => key.slice(0, key.indexOf('.'))));

/**
 * Reads one GitHub webhook: its event name (`X-GitHub-Event`) and raw JSON body, to what was said or closed, or to
 * the reason why it is ignored. Pure; the body of an event we do not know is never parsed.
 * An edit, a deletion, a reopening and any other action is ignored: a command counts once, when it is first written.
 * @throws AppError `invalid` when a body is not the event it claims to be.
 */
export function translate(delivery: { event: string; body: Uint8Array }): InboundEvent | Ignored {
  if (!EVENTS.has(delivery.event)) return ignored(`event ${printable(delivery.event)} is not one of ours`);
  const payload = parseJson(delivery);
  return reading(delivery.event, () => {
    const { action, installation } = Envelope.parse(payload);
    const read = READERS.get(`${delivery.event}.${action ?? ''}`);
    if (!read) return ignored(`action ${printable(action ?? 'none')} of ${delivery.event} is not one of ours`);
    if (!installation) return ignored('delivery names no installation, so it is not from an installed App');
    return read(payload);
  });
}

function fromIssueComment(event: IssueCommentEvent): Said {
  return {
    kind: 'said',
    ...whoAndWhere(event),
    thread: issueThread(event.issue),
    trigger: { kind: 'comment', id: event.comment.id },
    text: event.comment.body,
  };
}

function fromIssueOpened(event: IssueEvent): Said {
  const thread = issueThread(event.issue);
  return { kind: 'said', ...whoAndWhere(event), thread, trigger: { kind: 'thread' }, text: thread.body };
}

function fromIssueClosed(event: IssueEvent): ThreadMoved {
  const { kind, number } = issueThread(event.issue);
  return { kind: 'thread', change: 'closed', ...whoAndWhere(event), thread: { kind, number } };
}

function fromReviewComment(event: ReviewCommentEvent): Said {
  const { id, path, diff_hunk: hunk, body } = event.comment;
  return {
    kind: 'said',
    ...whoAndWhere(event),
    thread: pullThread(event.pull_request),
    trigger: { kind: 'review-comment', id, path, hunk },
    text: body,
  };
}

function fromPullOpened(event: PullRequestEvent): Said {
  const thread = pullThread(event.pull_request);
  return { kind: 'said', ...whoAndWhere(event), thread, trigger: { kind: 'thread' }, text: thread.body };
}

function fromPullClosed(event: PullRequestEvent): ThreadMoved {
  const thread = { kind: 'pull', number: event.pull_request.number } as const;
  return { kind: 'thread', change: 'closed', ...whoAndWhere(event), thread };
}

function whoAndWhere({ installation, repository, sender }: Base): Pick<Said, 'repo' | 'actor'> {
  return {
    repo: {
      provider: 'github',
      installationId: installation.id,
      id: repository.id,
      owner: repository.owner.login,
      name: repository.name,
    },
    actor: { id: sender.id, login: sender.login, bot: sender.type === 'Bot' },
  };
}

function issueThread(issue: IssueEvent['issue']): Thread {
  const { number, title, body } = issue;
  const isPull = issue.pull_request !== undefined && issue.pull_request !== null;
  return { kind: isPull ? 'pull' : 'issue', number, title, body };
}

function pullThread({ number, title, body }: PullRequest): Thread {
  return { kind: 'pull', number, title, body };
}

function ignored(reason: string): Ignored {
  return { kind: 'ignored', reason };
}

const PRINTED_CHARS_MAX = 60;

// The event's name comes from an unsigned header.
function printable(word: string): string {
  return word.replaceAll(/[^\w-]/g, '?').slice(0, PRINTED_CHARS_MAX);
}

function parseJson(delivery: { event: string; body: Uint8Array }): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(delivery.body));
  } catch (error) {
    throw new AppError('invalid', `reading the ${delivery.event} webhook: its body is not JSON`, { cause: error });
  }
}

function reading<T>(event: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const where = [...new Set(error.issues.map((issue) => issue.path.join('.') || 'body'))].join(', ');
    throw new AppError('invalid', `reading the ${event} webhook: unexpected ${where}`, { cause: error });
  }
}
