import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { firstAndNewest } from '#core/domain/request/first-and-newest.ts';
import type { Actor, RepoRef } from '#core/domain/host/repo.ts';
import type { ThreadReader } from '#core/ports/host/thread-reader.ts';
import type { Api } from '../wire/api.ts';
import { readHunks } from '../change/diff-hunks.ts';
import type { Graphql } from '../wire/graphql.ts';
import type { GitLabIdentity } from '../wire/identity.ts';
import { readLinkedThreads } from './linked-threads.ts';
import { readNotes } from './note-pages.ts';
import { nameOf, type Noteable } from './noteable.ts';
import { Text } from '../inbound/payloads.ts';
import { editedAtOf, isWord, toAuthor, toThreadComment } from './thread-notes.ts';

const Thread = z.object({
  id: z.number(),
  title: z.string(),
  description: Text,
  author: z.object({ id: z.number(), username: z.string() }).nullable(),
  state: z.string(),
  user_notes_count: z.number(),
  /** Of issues only. */
  confidential: z.boolean().nullish(),
  /** Of merge requests only; null until GitLab has worked it out. */
  diff_refs: z.object({ head_sha: z.string() }).nullish(),
});
type Thread = z.infer<typeof Thread>;

/** What reading conversations needs. */
export interface ThreadReaderDeps {
  readonly api: Api;
  readonly graphql: Graphql;
  readonly self: GitLabIdentity['self'];
}

/**
 * Reads conversations: the thread by REST, by its number in the project, then its notes by GraphQL, which alone tells when
 * something was edited. In this order no edit is missed: GitLab's note about one follows at once. Left out are GitLab's own
 * notes and internal ones. A confidential issue is `denied`: more people can see what comes of a request than its words.
 * Scope `read_api`, role Guest, Reporter for merge requests.
 */
export function createThreadReader(deps: ThreadReaderDeps): ThreadReader {
  return {
    async readThread(repo, { kind, number }, commentsMax) {
      const on: Noteable = { kind, number };
      const thread = await readHead(deps.api, repo, on);
      const { id, title, description: body } = thread;
      const [us, found, linked] = await Promise.all([
        deps.self(repo),
        readNotes(deps, { repo, action: `reading the notes of ${nameOf(repo, on)}` }, { kind, id }),
        readLinkedThreads(deps, repo, { ...on, body }),
      ]);
      const words = found.notes.filter(isWord);
      const notes = firstAndNewest(words, commentsMax);
      const hunkOf = await readHunks(deps.api, repo, { number, notes });
      const headSha = thread.diff_refs?.head_sha ?? null;
      // The count holds what we may not read as well; it is asked only where there are more notes than were read.
      const total = found.unbrokenSince === null ? words.length : Math.max(thread.user_notes_count, words.length);
      return {
        ...on,
        title,
        body,
        author: authorOf(thread),
        editedAt: editedAtOf(found, { titles: false }),
        open: thread.state === 'opened',
        comments: notes.map((note) => toThreadComment(note, { ourId: us.id, headSha, hunkOf })),
        omitted: total - notes.length,
        linked,
      };
    },
  };
}

async function readHead(api: Api, repo: RepoRef, on: Noteable): Promise<Thread> {
  const action = `reading ${nameOf(repo, on)}`;
  const thread = await api.read(
    { repo, action },
    (gitlab) =>
      on.kind === 'issue'
        ? gitlab.Issues.show(on.number, { projectId: repo.id })
        : gitlab.MergeRequests.show(repo.id, on.number),
    Thread,
  );
  if (thread.confidential === true) throw new AppError('denied', `${action} failed: it is confidential`);
  return thread;
}

/** REST does not say who is a bot; names do for those of GitLab's making. */
function authorOf({ author }: Thread): Actor {
  return toAuthor(author && { id: author.id, username: author.username });
}
