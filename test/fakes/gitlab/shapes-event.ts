import { z } from 'zod';
import { Note } from './shapes-conversation.ts';
import { Id, Time, UserBasic } from './shapes-user.ts';

/** https://docs.gitlab.com/api/events/#list-all-visible-events-for-a-project, of issues, merge requests and notes. */
export const Event = z.strictObject({
  id: Id,
  project_id: Id,
  action_name: z.enum(['opened', 'commented on']),
  target_id: Id,
  target_iid: Id,
  target_type: z.enum(['Issue', 'MergeRequest', 'Note', 'DiscussionNote', 'DiffNote']),
  author_id: Id,
  target_title: z.string(),
  created_at: Time,
  note: Note.optional(),
  author: UserBasic,
  imported: z.boolean(),
  imported_from: z.literal('none'),
  author_username: z.string(),
});
