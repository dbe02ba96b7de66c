import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import { nameOf, type Noteable, type NotePlace } from './noteable.ts';
import { notesOf } from './notes.ts';
import { Text, User } from '../inbound/payloads.ts';

/** An issue or a merge request as the API tells it, only the fields we read. */
const NoteableNow = z.object({
  iid: z.number(),
  title: z.string(),
  description: Text,
  author: User.nullable(),
  created_at: z.string(),
  confidential: z.boolean().nullish(),
});
export type NoteableNow = z.infer<typeof NoteableNow>;

/** A note as the API tells it, only the fields we read. */
const NoteNow = z.object({
  id: z.number(),
  type: z.string().nullish(),
  body: z.string(),
  author: User.nullable(),
  created_at: z.string(),
  updated_at: z.string(),
  system: z.boolean(),
  confidential: z.boolean().nullish(),
  internal: z.boolean().nullish(),
  position: z.object({ new_path: z.string().nullish(), old_path: z.string().nullish() }).nullish(),
});
export type NoteNow = z.infer<typeof NoteNow>;

const Activity = z.array(z.object({ body: z.string() }));

/** What GitLab notes when a description was changed, by hand or by a tick: `system_notes/issuables_service.rb` in its source. */
const CHANGED = /^(?:changed the description|marked the (?:task|checklist item))/;

/** An issue or merge request; undefined when there is none. Scope `read_api`. */
export function readNoteable(api: Api, repo: RepoRef, on: Noteable): Promise<NoteableNow | undefined> {
  return unlessMissing(
    api.read(
      { repo, action: `reading ${nameOf(repo, on)}` },
      (gitlab) =>
        on.kind === 'issue'
          ? gitlab.Issues.show(on.number, { projectId: repo.id })
          : gitlab.MergeRequests.show(repo.id, on.number),
      NoteableNow,
    ),
  );
}

/** A note; undefined when there is none. Scope `read_api`. */
export function readNote(api: Api, repo: RepoRef, { on, id }: NotePlace): Promise<NoteNow | undefined> {
  const action = `reading note ${id} of ${nameOf(repo, on)}`;
  return unlessMissing(
    api.read({ repo, action }, (gitlab) => notesOf(gitlab, on).show(repo.id, on.number, id), NoteNow),
  );
}

/**
 * Whether a description is as it was first written. `updated_at` is that of anything that happens there, so GitLab's own
 * notes tell; when there are too many to read it is not certain.
 */
export async function isDescriptionPristine(api: Api, repo: RepoRef, on: Noteable): Promise<boolean> {
  const asked = { activityFilter: 'only_activity', sort: 'asc', perPage: PAGE_ITEMS, page: 1 } as const;
  const notes = await api.read(
    { repo, action: `reading the history of ${nameOf(repo, on)}` },
    (gitlab) => notesOf(gitlab, on).all(repo.id, on.number, asked),
    Activity,
  );
  return notes.length < PAGE_ITEMS && !notes.some(({ body }) => CHANGED.test(body));
}

async function unlessMissing<Value>(read: Promise<Value>): Promise<Value | undefined> {
  return read.catch((thrown: unknown) => {
    if (thrown instanceof AppError && thrown.code === 'missing') return undefined;
    throw thrown;
  });
}
