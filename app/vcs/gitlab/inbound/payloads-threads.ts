import { z } from 'zod';
import { Base, Id, Sha, Text, User } from './payloads.ts';

/* Hook bodies about issues, merge requests and notes, only the fields we read. */

/** An issue as notes and reactions carry it. */
const Issue = z.object({ iid: Id, title: z.string(), description: Text, confidential: z.boolean().nullish() });

/** A merge request as notes and reactions carry it. */
const MergeRequest = z.object({ iid: Id, title: z.string(), description: Text });

/** What was put on or taken off, per attribute; attributes that did not change are absent. */
const Changes = z.object({
  labels: z.object({ previous: Titles(), current: Titles() }).optional(),
  assignees: z.object({ previous: Users(), current: Users() }).optional(),
  draft: z.object({ previous: z.boolean().nullish(), current: z.boolean().nullish() }).optional(),
});

function Titles() {
  return z.array(z.object({ title: z.string() })).nullish();
}

function Users() {
  return z.array(User).nullish();
}

/** `Issue Hook`: also for tasks and incidents, which have `object_kind` `work_item` and share the issues' numbers. */
export const IssueEvent = Base.extend({
  object_kind: z.enum(['issue', 'work_item']),
  event_type: z.string().optional(),
  object_attributes: Issue.extend({ action: z.string().nullish(), author_id: Id.nullish() }),
  labels: Titles(),
  assignees: Users(),
  changes: Changes.nullish(),
});
export type IssueEvent = z.infer<typeof IssueEvent>;

/** `Merge Request Hook`. `oldrev` is there when commits arrived. */
export const MergeRequestEvent = Base.extend({
  object_kind: z.literal('merge_request'),
  object_attributes: MergeRequest.extend({
    action: z.string().nullish(),
    author_id: Id.nullish(),
    oldrev: Sha.nullish(),
    draft: z.boolean().nullish(),
    source_project_id: Id.nullish(),
    last_commit: z.object({ id: Sha }).nullish(),
  }),
  labels: Titles(),
  assignees: Users(),
  changes: Changes.nullish(),
});
export type MergeRequestEvent = z.infer<typeof MergeRequestEvent>;

/** What an event of either kind carries besides its subject. */
export type Marks = Pick<IssueEvent, 'user' | 'project' | 'labels' | 'assignees' | 'changes'>;

/** `Note Hook`. `action` came with 16.11, before which there were new notes only. */
export const NoteEvent = Base.extend({
  object_kind: z.literal('note'),
  event_type: z.string().optional(),
  object_attributes: z.object({
    id: Id,
    note: Text,
    noteable_type: z.string(),
    action: z.string().nullish(),
    author_id: Id.nullish(),
    system: z.boolean().nullish(),
    internal: z.boolean().nullish(),
    type: z.string().nullish(),
    position: z.object({ new_path: z.string().nullish(), old_path: z.string().nullish() }).nullish(),
    st_diff: z.object({ diff: z.string() }).nullish(),
  }),
  issue: Issue.optional(),
  merge_request: MergeRequest.optional(),
});
export type NoteEvent = z.infer<typeof NoteEvent>;

/** `Emoji Hook`. `note` is there when the emoji was put on a note. */
export const EmojiEvent = Base.extend({
  object_kind: z.literal('emoji'),
  object_attributes: z.object({ name: z.string(), awardable_type: z.string(), action: z.string().nullish() }),
  event_type: z.string().nullish(),
  note: z.object({ id: Id }).optional(),
  issue: z.object({ iid: Id }).optional(),
  merge_request: z.object({ iid: Id }).optional(),
});
export type EmojiEvent = z.infer<typeof EmojiEvent>;
