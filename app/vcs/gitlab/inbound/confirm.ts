import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { Marked, Pressed, Said, ThreadMoved } from '#core/domain/host/inbound.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { Confirmer } from '#core/ports/host/vcs.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import { nameOf, notePlaceOf, type Noteable, type NotePlace } from '../thread/noteable.ts';
import { notesOf } from '../thread/notes.ts';
import { Text } from './payloads.ts';
import { buttonOf } from './translate-notes.ts';

const Author = z.object({ id: z.number() }).nullable();
const Note = z.object({ body: z.string(), author: Author, system: z.boolean() });
const Thread = z.object({
  title: z.string(),
  description: Text,
  author: Author,
  state: z.string(),
  labels: z.array(z.string()),
  assignees: z.array(z.object({ id: z.number() })).nullish(),
});
const AwardPage = z.array(z.object({ name: z.string(), user: Author }));

/** 1,000 emoji: beyond that a button is not looked for, and so not pressed. */
const PAGES_MAX = 10;

/**
 * Asks GitLab itself about what a hook has said: a hook's custom template makes it send any body under the right token and
 * signature (https://docs.gitlab.com/user/project/integrations/webhooks/#custom-webhook-template), so author and words count
 * as the API tells them. Who put a label or an assignee on, and who closed a thread, it does not tell in one call; that it is
 * so, and what the thread says, is confirmed. Scope `read_api`, role Reporter.
 */
export function createConfirmer(api: Api): Confirmer {
  return {
    async confirm(event) {
      switch (event.kind) {
        case 'said':
          return isSaid(api, event);
        case 'marked':
          return isMarked(api, event);
        case 'pressed':
          return isPressed(api, event);
        case 'thread':
          return isMoved(api, event);
      }
    },
  };
}

async function isSaid(api: Api, { repo, actor, thread, trigger, text }: Said): Promise<boolean> {
  const found = await readThread(api, repo, thread);
  if (!found || found.title !== thread.title || found.description !== thread.body) return false;
  if (trigger.kind === 'thread') return found.author?.id === actor.id && found.description === text;
  const note = await readNote(api, repo, { on: thread, id: trigger.id });
  return note !== undefined && !note.system && note.author?.id === actor.id && note.body === text;
}

async function isMarked(api: Api, { repo, thread, by }: Marked): Promise<boolean> {
  const found = await readThread(api, repo, thread);
  if (!found || found.title !== thread.title || found.description !== thread.body) return false;
  if (by.kind === 'label') return found.labels.includes(by.name);
  return (found.assignees ?? []).some(({ id }) => id === by.account.id);
}

async function isPressed(api: Api, { repo, actor, button, on }: Pressed): Promise<boolean> {
  if (on.kind !== 'comment') return false;
  const { on: thread, id } = notePlaceOf(on.externalId);
  const action = `looking for the emoji of ${actor.login} in ${nameOf(repo, thread)}`;
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const awards = await api.read(
      { repo, action },
      (gitlab) => {
        const all = thread.kind === 'issue' ? gitlab.IssueNoteAwardEmojis : gitlab.MergeRequestNoteAwardEmojis;
        return all.all(repo.id, thread.number, id, { perPage: PAGE_ITEMS, page });
      },
      AwardPage,
    );
    if (awards.some(({ name, user }) => user?.id === actor.id && buttonOf(name) === button)) return true;
    if (awards.length < PAGE_ITEMS) return false;
  }
  return false;
}

async function isMoved(api: Api, { repo, thread, change }: ThreadMoved): Promise<boolean> {
  const state = (await readThread(api, repo, thread))?.state;
  // What was closed may be merged, or open again, by the time that we ask; both are told by hooks of their own.
  return change === 'reopened' ? state === 'opened' : state === change;
}

function readThread(api: Api, repo: RepoRef, on: Noteable): Promise<z.infer<typeof Thread> | undefined> {
  const action = `reading ${nameOf(repo, on)}`;
  return unlessMissing(
    api.read(
      { repo, action },
      (gitlab) =>
        on.kind === 'issue'
          ? gitlab.Issues.show(on.number, { projectId: repo.id })
          : gitlab.MergeRequests.show(repo.id, on.number),
      Thread,
    ),
  );
}

function readNote(api: Api, repo: RepoRef, { on, id }: NotePlace): Promise<z.infer<typeof Note> | undefined> {
  const action = `reading note ${id} of ${nameOf(repo, on)}`;
  return unlessMissing(api.read({ repo, action }, (gitlab) => notesOf(gitlab, on).show(repo.id, on.number, id), Note));
}

async function unlessMissing<Value>(read: Promise<Value>): Promise<Value | undefined> {
  return read.catch((thrown: unknown) => {
    if (thrown instanceof AppError && thrown.code === 'missing') return undefined;
    throw thrown;
  });
}
