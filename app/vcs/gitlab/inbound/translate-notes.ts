import type { Button, Pressed, Said, Thread, Trigger, Unsaid } from '#core/domain/host/inbound.ts';
import { isBotName } from '../wire/accounts.ts';
import { noteIdOf } from '../thread/noteable.ts';
import { EmojiEvent, NoteEvent } from './payloads-threads.ts';
import { ignored, whoAndWhere, type Ignored } from './translation.ts';

/**
 * What somebody said or changed in an issue or merge request. Words that not everybody may read are not acted on: what
 * comes of a request is a branch, a merge request and a note that more people can see. GitLab sends no hook when a
 * note is deleted.
 */
export function readNote(payload: unknown): Said | Unsaid | Ignored {
  const event = NoteEvent.parse(payload);
  const { id, note, action, system, author_id: author } = event.object_attributes;
  const thread = threadOf(event);
  if (!thread) return ignored('a note that is on no issue and no merge request');
  if (system === true) return ignored('a note that GitLab wrote itself');
  if (isConfidential(event)) return ignored('a note that not everybody may read');
  const trigger = triggerOf(event, id);
  if (action === 'update') {
    if (isBotName(event.user.username)) return ignored('a bot changed its own words');
    return { kind: 'unsaid', ...whoAndWhere(event), trigger, how: 'edited' };
  }
  if ((action ?? 'create') !== 'create') return ignored('something else than a note being made or changed');
  if (typeof author === 'number' && author !== event.user.id)
    return ignored('the words are not those of who sent them');
  return { kind: 'said', ...whoAndWhere(event), thread, trigger, text: note };
}

function isConfidential({ event_type: type, object_attributes: { internal }, issue }: NoteEvent): boolean {
  return type === 'confidential_note' || internal === true || issue?.confidential === true;
}

function threadOf({ object_attributes, issue, merge_request: mergeRequest }: NoteEvent): Thread | undefined {
  switch (object_attributes.noteable_type) {
    case 'Issue':
      return issue && { kind: 'issue', number: issue.iid, title: issue.title, body: issue.description };
    case 'MergeRequest':
      return (
        mergeRequest && {
          kind: 'pull',
          number: mergeRequest.iid,
          title: mergeRequest.title,
          body: mergeRequest.description,
        }
      );
    default:
      return undefined;
  }
}

function triggerOf({ object_attributes: note }: NoteEvent, id: number): Exclude<Trigger, { kind: 'thread' }> {
  const path = note.position?.new_path ?? note.position?.old_path;
  if (note.type !== 'DiffNote' || typeof path !== 'string') return { kind: 'comment', id };
  return { kind: 'review-comment', id, path, hunk: note.st_diff?.diff ?? '' };
}

/** Names under which GitLab has 👍, 🛑 (and ❌) and 🔁 (and 🔄), today and formerly. */
const BUTTONS: ReadonlyMap<string, Button> = new Map([
  ['thumbsup', 'approve'],
  ['+1', 'approve'],
  ['octagonal_sign', 'cancel'],
  ['stop_sign', 'cancel'],
  ['x', 'cancel'],
  ['repeat', 'retry'],
  ['arrows_counterclockwise', 'retry'],
]);

/** The button that an emoji stands for; undefined for most. */
export function buttonOf(name: string): Button | undefined {
  return BUTTONS.get(name);
}

/** An emoji that stands for a button, put on a note; whether the note is our progress note the ledger knows. */
export function readEmoji(payload: unknown): Pressed | Ignored {
  const event = EmojiEvent.parse(payload);
  const { name, awardable_type: type, action } = event.object_attributes;
  const button = buttonOf(name);
  if ((action ?? event.event_type) !== 'award') return ignored('an emoji that was taken back');
  if (button === undefined) return ignored('an emoji that stands for nothing');
  if (type !== 'Note' || !event.note) return ignored('an emoji that is on no note');
  const on = event.issue
    ? { kind: 'issue' as const, number: event.issue.iid }
    : event.merge_request && { kind: 'pull' as const, number: event.merge_request.iid };
  if (!on) return ignored('an emoji that is in no issue and no merge request');
  const externalId = noteIdOf({ on, id: event.note.id });
  return { kind: 'pressed', ...whoAndWhere(event), button, on: { kind: 'comment', externalId } };
}
