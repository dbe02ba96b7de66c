import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { Commenter, Placed } from '#core/ports/host/vcs.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import type { GitLabClient } from '../wire/client.ts';
import type { GitLabIdentity } from '../wire/identity.ts';
import { nameOf, noteIdOf, notePlaceOf, pageOf, type Noteable } from './noteable.ts';
import { withoutQuickActions } from './quick-actions.ts';
import { acknowledge } from './reactions.ts';

/** 5,000 notes, the most GitLab lets a thread have: https://docs.gitlab.com/administration/instance_limits/ */
const PAGES_MAX = 50;

/** Our clock and GitLab's may differ; a note is looked for from this much earlier on. */
const CLOCK_SKEW_MS = 5 * 60_000;

const Note = z.object({
  id: z.number(),
  body: z.string(),
  created_at: z.iso.datetime({ offset: true }),
  author: z.object({ id: z.number() }).nullable(),
});
const NotePage = z.array(Note);

/** What the note functions need; `webUrl` without trailing slash. */
export interface CommenterDeps {
  readonly api: Api;
  readonly self: GitLabIdentity['self'];
  readonly webUrl: string;
}

/**
 * Notes and award emoji. Scope `api`, role Guest where people may comment, Reporter on confidential issues
 * (https://docs.gitlab.com/api/notes/). Bodies have at most 1,000,000 characters (`invalid` beyond); quick actions in
 * them are taken for words.
 */
export function createCommenter(deps: CommenterDeps): Commenter {
  const { api, webUrl } = deps;
  return {
    acknowledge: (repo, thread, trigger) => acknowledge(deps, repo, { thread, trigger }),
    findComment: (repo, thread, by) => findNote(deps, repo, { on: thread, ...by }),
    async createComment(repo, on, body) {
      const note = await api.write(
        { repo, action: `commenting on ${nameOf(repo, on)}` },
        (gitlab) => notesOf(gitlab, on).create(repo.id, on.number, withoutQuickActions(body)),
        Note.pick({ id: true }),
      );
      return placed(webUrl, repo, { on, id: note.id });
    },
    async updateComment(repo, externalId, body) {
      const { on, id } = notePlaceOf(externalId);
      await api.write(
        { repo, action: `updating note ${id} of ${nameOf(repo, on)}` },
        (gitlab) => notesOf(gitlab, on).edit(repo.id, on.number, id, { body: withoutQuickActions(body) }),
        Note.pick({ id: true }),
      );
    },
  };
}

/** Newest first, until one is older than what is looked for. Only a note of our own account counts: anybody can quote a marker. */
async function findNote(
  { api, self, webUrl }: CommenterDeps,
  repo: RepoRef,
  by: { on: Noteable; marker: string; since: string },
): Promise<Placed | undefined> {
  const action = `looking for our note on ${nameOf(repo, by.on)}`;
  const us = await self();
  const sinceMs = Date.parse(by.since) - CLOCK_SKEW_MS;
  const order = { orderBy: 'created_at', sort: 'desc', perPage: PAGE_ITEMS } as const;
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const notes = await api.read(
      { repo, action },
      (gitlab) => notesOf(gitlab, by.on).all(repo.id, by.on.number, { ...order, page }),
      NotePage,
    );
    const recent = notes.filter((note) => Date.parse(note.created_at) >= sinceMs);
    const ours = recent.find(({ body, author }) => author?.id === us.id && body.includes(by.marker));
    if (ours) return placed(webUrl, repo, { on: by.on, id: ours.id });
    if (recent.length < PAGE_ITEMS) return undefined;
  }
  // Saying "there is none" would have the caller post a second one.
  throw new AppError('unavailable', `${action} failed: there are more than ${PAGES_MAX * PAGE_ITEMS} notes`);
}

/** The notes of issues or of merge requests. */
export function notesOf(gitlab: GitLabClient, { kind }: Noteable) {
  return kind === 'issue' ? gitlab.IssueNotes : gitlab.MergeRequestNotes;
}

function placed(webUrl: string, repo: RepoRef, place: { on: Noteable; id: number }): Placed {
  return { externalId: noteIdOf(place), url: `${pageOf(webUrl, repo, place.on)}#note_${place.id}` };
}
