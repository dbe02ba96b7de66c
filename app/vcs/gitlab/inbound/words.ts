import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { WordLog, WordsDelivery } from '#core/ports/host/word-log.ts';
import type { Api } from '../wire/api.ts';
import { isDescriptionPristine, readNote, readNoteable, type NoteableNow } from '../thread/noteable-reading.ts';

type Place = Parameters<WordLog['isThere']>[1];

/**
 * Words one by one, and the hook that tells of them as GitLab would have sent it, with the fields that are read. What not
 * everybody may read says so in the hook, and is left alone by who reads it. Scope `read_api`.
 */
export function createWords(api: Api): Pick<WordLog, 'deliveryOf' | 'isThere'> {
  return {
    async deliveryOf(repo, place) {
      const noteable = await readNoteable(api, repo, place.thread);
      if (!noteable) return undefined;
      return place.trigger.kind === 'thread'
        ? threadHook(api, repo, { place, noteable })
        : noteHook(api, repo, { place, id: place.trigger.id, noteable });
    },
    async isThere(repo, { thread, trigger }) {
      if (trigger.kind === 'thread') return (await readNoteable(api, repo, thread)) !== undefined;
      return (await readNote(api, repo, { on: thread, id: trigger.id })) !== undefined;
    },
  };
}

async function threadHook(
  api: Api,
  repo: RepoRef,
  { place, noteable }: { place: Place; noteable: NoteableNow },
): Promise<WordsDelivery | undefined> {
  const { author, iid, title, description, confidential } = noteable;
  if (!author || !(await isDescriptionPristine(api, repo, place.thread))) return undefined;
  const isIssue = place.thread.kind === 'issue';
  const words = { iid, title, description, action: 'open', author_id: author.id };
  return hook(repo, isIssue ? 'Issue Hook' : 'Merge Request Hook', {
    object_kind: isIssue ? 'issue' : 'merge_request',
    user: author,
    object_attributes: isIssue ? { ...words, confidential } : words,
  });
}

async function noteHook(
  api: Api,
  repo: RepoRef,
  { place, id, noteable }: { place: Place; id: number; noteable: NoteableNow },
): Promise<WordsDelivery | undefined> {
  const note = await readNote(api, repo, { on: place.thread, id });
  if (!note?.author || note.updated_at !== note.created_at) return undefined;
  const { author, body, type, system, position } = note;
  const { iid, title, description, confidential } = noteable;
  const isIssue = place.thread.kind === 'issue';
  return hook(repo, 'Note Hook', {
    object_kind: 'note',
    event_type: 'note',
    user: author,
    object_attributes: {
      ...{ id, note: body, type, system, position, author_id: author.id, action: 'create' },
      noteable_type: isIssue ? 'Issue' : 'MergeRequest',
      internal: note.internal === true || note.confidential === true,
    },
    ...(isIssue
      ? { issue: { iid, title, description, confidential } }
      : { merge_request: { iid, title, description } }),
  });
}

function hook(repo: RepoRef, event: string, fields: object): WordsDelivery {
  const project = { id: repo.id, path_with_namespace: fullName(repo), default_branch: '' };
  return { event, body: Buffer.from(JSON.stringify({ ...fields, project })) };
}
