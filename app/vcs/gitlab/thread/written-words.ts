import { z } from 'zod';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { WordLog, WrittenWords } from '#core/ports/host/word-log.ts';
import { actorOf } from '../wire/accounts.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import { Text, User } from '../inbound/payloads.ts';
import { readNoteable } from './noteable-reading.ts';

/** 10,000 comments of one project between two looks; beyond that the oldest are not looked at. */
const PAGES_MAX = 100;
const DAY_MS = 86_400_000;
const DAY_CHARS = 10;

const Event = z.object({ created_at: z.string(), target_type: z.string().nullish(), target_iid: z.number().nullish() });
const CommentEvents = z.array(
  Event.extend({
    note: z
      .object({
        id: z.number(),
        type: z.string().nullish(),
        body: Text,
        author: User.nullish(),
        created_at: z.string(),
        system: z.boolean(),
        noteable_type: z.string(),
        noteable_iid: z.number().nullish(),
      })
      .nullish(),
  }),
);
const OpenEvents = z.array(Event);

const KINDS: Readonly<Record<string, 'issue' | 'pull'>> = { Issue: 'issue', WorkItem: 'issue', MergeRequest: 'pull' };

/**
 * What was written in a project since a moment, out of its events: GitLab has no list of a project's notes. `GET
 * /projects/:id/events` newest first, once for comments (without `target_type`, which would leave discussions out:
 * https://gitlab.com/gitlab-org/gitlab/-/issues/466426) and once for what was opened. Events filter by whole days, so days
 * are asked for and moments are looked at here. Scope `read_api`, role Guest for issues, Reporter for merge requests of a
 * private project (https://docs.gitlab.com/api/events/#list-all-visible-events-for-a-project).
 */
export function createWrittenWords(api: Api): Pick<WordLog, 'wordsSince'> {
  return {
    async wordsSince(repo, since) {
      const comments = await eventsSince(api, { repo, since, action: 'commented' }, CommentEvents);
      const opened = await eventsSince(api, { repo, since, action: 'created' }, OpenEvents);
      const threads: WrittenWords[] = [];
      for (const event of opened) threads.push(...(await ofThread(api, repo, event)));
      return { words: [...comments.flatMap(ofNote), ...threads], through: undefined };
    },
  };
}

async function eventsSince<Item extends z.infer<typeof Event>>(
  api: Api,
  { repo, since, action }: { repo: RepoRef; since: string; action: 'commented' | 'created' },
  answer: z.ZodType<Item[]>,
): Promise<Item[]> {
  const found: Item[] = [];
  const sinceMs = Date.parse(since);
  // `after` leaves out all of its day.
  const after = new Date(sinceMs - DAY_MS).toISOString().slice(0, DAY_CHARS);
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const asked = { projectId: repo.id, action, after, sort: 'desc', perPage: PAGE_ITEMS, page } as const;
    const events = await api.read(
      { repo, action: `reading what is new in ${fullName(repo)}` },
      (gitlab) => gitlab.Events.all(asked),
      answer,
    );
    const recent = events.filter((event) => Date.parse(event.created_at) >= sinceMs);
    found.push(...recent);
    if (recent.length < PAGE_ITEMS) break;
  }
  return found;
}

function ofNote({ note }: z.infer<typeof CommentEvents>[number]): WrittenWords[] {
  if (!note?.author || note.system) return [];
  const kind = KINDS[note.noteable_type];
  const number = note.noteable_iid;
  if (kind === undefined || typeof number !== 'number') return [];
  const trigger = { kind: note.type === 'DiffNote' ? 'review-comment' : 'comment', id: note.id } as const;
  const saidAt = new Date(note.created_at).toISOString();
  return [{ thread: { kind, number }, trigger, author: actorOf(note.author), text: note.body, saidAt }];
}

/** The event tells that it was opened, not what it says. */
async function ofThread(api: Api, repo: RepoRef, event: z.infer<typeof Event>): Promise<WrittenWords[]> {
  const kind = KINDS[event.target_type ?? ''];
  const number = event.target_iid;
  if (kind === undefined || typeof number !== 'number') return [];
  const found = await readNoteable(api, repo, { kind, number });
  if (!found?.author) return [];
  const saidAt = new Date(found.created_at).toISOString();
  const author = actorOf(found.author);
  return [{ thread: { kind, number }, trigger: { kind: 'thread' }, author, text: found.description, saidAt }];
}
