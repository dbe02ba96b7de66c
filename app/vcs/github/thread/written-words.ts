import { z } from 'zod';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { WordLog, WrittenWords } from '#core/ports/host/word-log.ts';
import { PAGE_ITEMS, type Api, type Send, type Target } from '../wire/api.ts';
import { Text } from '../inbound/payloads.ts';
import { toAuthor, User } from './thread-comments.ts';

/** 1,000 of each kind; what is beyond is told as missing, and read when those before are done with. */
const PAGES_MAX = 10;
/** Pull requests whose reviews are read by one look; each is a request. */
const PULLS_MAX = 100;

const Written = z.object({ id: z.number(), body: Text, user: User, created_at: z.string(), updated_at: z.string() });
const Threads = z.array(Written.extend({ number: z.number(), pull_request: z.unknown().optional() }));
const Comments = z.array(Written.extend({ issue_url: z.string(), html_url: z.string() }));
const LineComments = z.array(Written.extend({ pull_request_url: z.string() }));
const Reviews = z.array(z.object({ id: z.number(), body: Text, user: User, submitted_at: z.string().nullish() }));

/** A list read to its end, or to where it is complete. */
interface Listed<Item> {
  readonly items: readonly Item[];
  readonly through: string | undefined;
}

/**
 * All that was written in a repository since a moment: `GET …/issues`, `…/issues/comments`, `…/pulls/comments` with `since`,
 * and the reviews of pull requests where something happened, for which there is no such list. Where nothing happened that is
 * one request. Permission: issues:read and pull_requests:read
 * (https://docs.github.com/en/rest/issues/issues#list-repository-issues, …/rest/issues/comments, …/rest/pulls/comments).
 */
export function createWrittenWords(api: Api): Pick<WordLog, 'wordsSince'> {
  return {
    async wordsSince(repo, since) {
      const target: Target = { repo, purpose: 'threads', action: `reading what is new in ${fullName(repo)}` };
      const where = { owner: repo.owner, repo: repo.name, since, per_page: PAGE_ITEMS } as const;
      const order = { sort: 'updated', direction: 'asc' } as const;
      const threads = await listed({ api, target, answer: Threads }, (page) => (octokit) => {
        return octokit.rest.issues.listForRepo({ ...where, ...order, state: 'all', page });
      });
      if (threads.items.length === 0) return { words: [], through: undefined };
      const pulls = threads.items.filter(isPull);
      const comments = await listed({ api, target, answer: Comments }, (page) => (octokit) => {
        return octokit.rest.issues.listCommentsForRepo({ ...where, ...order, page });
      });
      const none: Listed<z.infer<typeof LineComments>[number]> = { items: [], through: undefined };
      const lines =
        pulls.length === 0
          ? none
          : await listed({ api, target, answer: LineComments }, (page) => (octokit) => {
              return octokit.rest.pulls.listReviewCommentsForRepo({ ...where, ...order, page });
            });
      const reviews = await readReviews(api, repo, { pulls: pulls.slice(0, PULLS_MAX), since });
      const cut = pulls[PULLS_MAX]?.updated_at;
      const throughs = [threads.through, comments.through, lines.through, cut && iso(cut)];
      const [through] = throughs.filter((time) => time !== undefined).toSorted();
      const words = [
        ...threads.items.map(ofThread),
        ...comments.items.flatMap(ofComment),
        ...lines.items.flatMap(ofLine),
        ...reviews,
      ];
      return { words, through };
    },
  };
}

async function listed<Item extends { readonly updated_at: string }>(
  { api, target, answer }: { api: Api; target: Target; answer: z.ZodType<Item[]> },
  ask: (page: number) => Send,
): Promise<Listed<Item>> {
  const items: Item[] = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const found = await api.read(target, ask(page), answer);
    items.push(...found);
    if (found.length < PAGE_ITEMS) return { items, through: undefined };
  }
  const last = items.at(-1)?.updated_at;
  return { items, through: last === undefined ? undefined : iso(last) };
}

async function readReviews(
  api: Api,
  repo: RepoRef,
  { pulls, since }: { pulls: z.infer<typeof Threads>; since: string },
): Promise<WrittenWords[]> {
  const found: WrittenWords[] = [];
  for (const { number } of pulls) {
    const target: Target = { repo, purpose: 'threads', action: `reading the reviews of ${fullName(repo)}#${number}` };
    const which = { owner: repo.owner, repo: repo.name, pull_number: number, per_page: PAGE_ITEMS };
    for (let page = 1; page <= PAGES_MAX; page += 1) {
      const reviews = await api.read(target, (octokit) => octokit.rest.pulls.listReviews({ ...which, page }), Reviews);
      for (const { id, body: text, user, submitted_at: at } of reviews) {
        if (at === undefined || at === null || iso(at) < since) continue;
        const place = { thread: { kind: 'pull', number }, trigger: { kind: 'review', id } } as const;
        found.push({ ...place, text, author: toAuthor(user), saidAt: iso(at) });
      }
      if (reviews.length < PAGE_ITEMS) break;
    }
  }
  return found;
}

function isPull({ pull_request: pull }: z.infer<typeof Threads>[number]): boolean {
  return pull !== undefined && pull !== null;
}

function ofThread(thread: z.infer<typeof Threads>[number]): WrittenWords {
  const { number, body: text, user, created_at: at } = thread;
  const kind = isPull(thread) ? 'pull' : 'issue';
  return { thread: { kind, number }, trigger: { kind: 'thread' }, text, author: toAuthor(user), saidAt: iso(at) };
}

function ofComment(comment: z.infer<typeof Comments>[number]): WrittenWords[] {
  const { id, body: text, user, created_at: at } = comment;
  const number = numberAtEnd(comment.issue_url);
  const kind = /\/pull\/\d+#/.test(comment.html_url) ? 'pull' : 'issue';
  if (number === undefined) return [];
  const place = { thread: { kind, number }, trigger: { kind: 'comment', id } } as const;
  return [{ ...place, text, author: toAuthor(user), saidAt: iso(at) }];
}

/** A comment at a line is said with its review, which moves `updated_at`; it can have been begun long before. */
function ofLine(comment: z.infer<typeof LineComments>[number]): WrittenWords[] {
  const { id, body: text, user, updated_at: at } = comment;
  const number = numberAtEnd(comment.pull_request_url);
  if (number === undefined) return [];
  const place = { thread: { kind: 'pull', number }, trigger: { kind: 'review-comment', id } } as const;
  return [{ ...place, text, author: toAuthor(user), saidAt: iso(at) }];
}

function numberAtEnd(url: string): number | undefined {
  const digits = /\/(\d{1,15})$/.exec(url)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function iso(time: string): string {
  return new Date(time).toISOString();
}
