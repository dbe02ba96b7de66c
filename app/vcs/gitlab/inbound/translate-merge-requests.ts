import type { ChangeOffered, Marked, Said, Thread, ThreadMoved } from '#core/domain/host/inbound.ts';
import { marksOfChange, marksOfNew } from '../thread/marks.ts';
import { MergeRequestEvent } from './payloads-threads.ts';
import { ignored, whoAndWhere, type Ignored } from './translation.ts';

/** What happened to a merge request. Approvals of it are about merging, not about our runs, and are ignored. */
export function readMergeRequest(payload: unknown): Said | ChangeOffered | Marked | ThreadMoved | Ignored {
  const event = MergeRequestEvent.parse(payload);
  switch (event.object_attributes.action) {
    case 'open':
      return opened(event);
    case 'update':
      return updated(event);
    case 'close':
      return moved(event, 'closed');
    case 'merge':
      return moved(event, 'merged');
    case 'reopen':
      return moved(event, 'reopened');
    default:
      return ignored('a change of nothing that we look at');
  }
}

/** Whether its description asks for anything is not for us to say, so it is both: words, and a change to look at. */
function opened(event: MergeRequestEvent): Said | ChangeOffered | Ignored {
  const { author_id: author } = event.object_attributes;
  const offered = offer(event, 'opened');
  if (typeof author === 'number' && author !== event.user.id) return offered;
  const thread = threadOf(event);
  const marks = marksOfNew(event, thread);
  return {
    kind: 'said',
    ...whoAndWhere(event),
    thread,
    trigger: { kind: 'thread' },
    text: thread.body,
    ...(offered.kind === 'offered' ? { offered } : {}),
    ...(marks.length === 0 ? {} : { marks }),
  };
}

function updated(event: MergeRequestEvent): ChangeOffered | Marked | Ignored {
  const { oldrev } = event.object_attributes;
  const { draft } = event.changes ?? {};
  if (typeof oldrev === 'string') return offer(event, 'pushed');
  if (draft?.previous === true && draft.current === false) return offer(event, 'ready');
  return marksOfChange(event, threadOf(event));
}

function offer(event: MergeRequestEvent, occasion: ChangeOffered['occasion']): ChangeOffered | Ignored {
  const { last_commit: head, draft, source_project_id: source } = event.object_attributes;
  if (!head) return ignored('a merge request without commits');
  return {
    kind: 'offered',
    ...whoAndWhere(event),
    thread: threadOf(event),
    sha: head.id,
    draft: draft ?? false,
    fork: source !== event.project.id,
    occasion,
  };
}

function moved(event: MergeRequestEvent, change: ThreadMoved['change']): ThreadMoved {
  const thread = { kind: 'pull', number: event.object_attributes.iid } as const;
  return { kind: 'thread', change, ...whoAndWhere(event), thread };
}

function threadOf({ object_attributes: { iid, title, description } }: MergeRequestEvent): Thread {
  return { kind: 'pull', number: iid, title, body: description };
}
