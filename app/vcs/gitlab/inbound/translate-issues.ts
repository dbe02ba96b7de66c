import type { Marked, Said, Thread, ThreadMoved } from '#core/domain/host/inbound.ts';
import { marksOfChange, marksOfNew } from '../thread/marks.ts';
import { IssueEvent } from './payloads-threads.ts';
import { ignored, whoAndWhere, type Ignored } from './translation.ts';

/**
 * What happened to an issue. Of a confidential one only its closing and reopening counts: what comes of a request can
 * be seen by people who may not see the issue.
 */
export function readIssue(payload: unknown): Said | Marked | ThreadMoved | Ignored {
  const event = IssueEvent.parse(payload);
  const { action } = event.object_attributes;
  if (action === 'close') return moved(event, 'closed');
  if (action === 'reopen') return moved(event, 'reopened');
  if (isConfidential(event)) return ignored('an issue that not everybody may read');
  if (action === 'open') return opened(event);
  if (action === 'update') return marksOfChange(event, threadOf(event));
  return ignored('a change of nothing that we look at');
}

/** Words that somebody else has written are nobody's command: an issue that was moved here has its old author. */
function opened(event: IssueEvent): Said | Ignored {
  const { author_id: author } = event.object_attributes;
  if (typeof author === 'number' && author !== event.user.id)
    return ignored('the words are not those of who sent them');
  const thread = threadOf(event);
  const marks = marksOfNew(event, thread);
  return {
    kind: 'said',
    ...whoAndWhere(event),
    thread,
    trigger: { kind: 'thread' },
    text: thread.body,
    ...(marks.length === 0 ? {} : { marks }),
  };
}

function moved(event: IssueEvent, change: ThreadMoved['change']): ThreadMoved {
  const thread = { kind: 'issue', number: event.object_attributes.iid } as const;
  return { kind: 'thread', change, ...whoAndWhere(event), thread };
}

function isConfidential({ event_type: type, object_attributes: { confidential } }: IssueEvent): boolean {
  return confidential === true || type === 'confidential_issue';
}

function threadOf({ object_attributes: { iid, title, description } }: IssueEvent): Thread {
  return { kind: 'issue', number: iid, title, body: description };
}
