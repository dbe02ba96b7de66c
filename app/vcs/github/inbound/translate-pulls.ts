import type { ChangeOffered, Marked, Said, ThreadMoved } from '#core/domain/host/inbound.ts';
import { PullClosedEvent, PullOfferedEvent, PullRequestEvent } from './payloads-threads.ts';
import { marked, pullThread, said } from './translate-threads.ts';
import { whoAndWhere, type Ignored, type Readers } from './translation.ts';

/** What happens to pull requests. */
export const pullReaders: Readers = [
  ['pull_request.opened', (payload) => fromOpened(PullOfferedEvent.parse(payload))],
  ['pull_request.ready_for_review', (payload) => offer(PullOfferedEvent.parse(payload), 'ready')],
  ['pull_request.synchronize', (payload) => offer(PullOfferedEvent.parse(payload), 'pushed')],
  ['pull_request.closed', (payload) => fromClosed(PullClosedEvent.parse(payload))],
  ['pull_request.reopened', (payload) => fromMoved(PullRequestEvent.parse(payload), 'reopened')],
  ['pull_request.labeled', (payload) => fromMarked(payload)],
  ['pull_request.assigned', (payload) => fromMarked(payload)],
];

/** Whether its body asks for anything is not for us to say, so it is both: words, and a change to look at. */
function fromOpened(event: PullOfferedEvent): Said | ChangeOffered | Ignored {
  const thread = pullThread(event.pull_request);
  const offered = offer(event, 'opened');
  const words = said(event, event.pull_request.user, { thread, trigger: { kind: 'thread' }, text: thread.body });
  return words.kind === 'said' ? { ...words, offered } : offered;
}

function offer(event: PullOfferedEvent, occasion: ChangeOffered['occasion']): ChangeOffered {
  const { head, draft, ...pull } = event.pull_request;
  return {
    kind: 'offered',
    ...whoAndWhere(event),
    thread: pullThread(pull),
    sha: head.sha,
    draft: draft ?? false,
    fork: head.repo?.id !== event.repository.id,
    occasion,
  };
}

function fromClosed(event: PullClosedEvent): ThreadMoved {
  return fromMoved(event, event.pull_request.merged === true ? 'merged' : 'closed');
}

function fromMoved(event: PullRequestEvent, change: ThreadMoved['change']): ThreadMoved {
  const thread = { kind: 'pull', number: event.pull_request.number } as const;
  return { kind: 'thread', change, ...whoAndWhere(event), thread };
}

function fromMarked(payload: unknown): Marked | Ignored {
  const event = PullRequestEvent.parse(payload);
  return marked(event, pullThread(event.pull_request), payload);
}
