import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import { numbersAfter } from '#core/domain/request/thread-numbers.ts';
import type { LinkedThread } from '#core/ports/host/thread-reader.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import type { Graphql } from '../wire/graphql.ts';
import { readNotes } from './note-pages.ts';
import { nameOf, type Noteable } from './noteable.ts';
import { Text } from '../inbound/payloads.ts';
import { editedAtOf } from './thread-notes.ts';

/** Links that are followed, as the port says. */
const LINKED_MAX = 10;

const Linked = z.object({
  id: z.number(),
  iid: z.number(),
  project_id: z.number(),
  title: z.string(),
  description: Text,
  created_at: z.string(),
  confidential: z.boolean().nullish(),
});
type Linked = z.infer<typeof Linked>;

/** An issue of an external tracker has none of these fields. */
const Links = z.array(z.union([Linked, z.unknown().transform(() => undefined)]));

interface LinkedDeps {
  readonly api: Api;
  readonly graphql: Graphql;
}

/**
 * Issues and merge requests of the same project that a thread links to: those that a merge request closes, or that an issue
 * is linked with, then those that its description names as `#3` and `!4`. What is confidential is left out, since more people
 * can see what comes of a request, and so is what is not there. Scope `read_api`, role Guest, Reporter for merge requests
 * (https://docs.gitlab.com/api/issue_links/, …/merge_requests/#list-issues-that-close-on-merge).
 */
export async function readLinkedThreads(
  deps: LinkedDeps,
  repo: RepoRef,
  from: Noteable & { body: string },
): Promise<LinkedThread[]> {
  const told = (await linksOf(deps.api, repo, from)).filter((one) => one?.project_id === repo.id);
  const found = new Map<string, () => Promise<LinkedThread | undefined>>();
  const add = (on: Noteable, read: () => Promise<Linked | undefined>): void => {
    const name = nameOf(repo, on);
    if (name === nameOf(repo, from) || found.has(name)) return;
    found.set(name, async () => toLinked(deps, repo, { on, thread: await read() }));
  };
  for (const one of told) if (one) add({ kind: 'issue', number: one.iid }, () => Promise.resolve(one));
  for (const [sign, kind] of [['#', 'issue'] as const, ['!', 'pull'] as const]) {
    for (const number of numbersAfter(sign, from.body))
      add({ kind, number }, () => readOne(deps.api, repo, { kind, number }));
  }
  const read = [...found.values()].slice(0, LINKED_MAX).map((one) => unlessHidden(one()));
  return (await Promise.all(read)).filter((one) => one !== undefined);
}

async function linksOf(api: Api, repo: RepoRef, on: Noteable): Promise<(Linked | undefined)[]> {
  // Gitbeaker's types know no paging here; it sends it all the same.
  const paged = { showExpanded: false as const, perPage: PAGE_ITEMS, page: 1 };
  const links = api.read(
    { repo, action: `reading what ${nameOf(repo, on)} links to` },
    (gitlab) =>
      on.kind === 'issue'
        ? // GitLab gives all of these at once.
          gitlab.IssueLinks.all(repo.id, on.number, { maxPages: 1 })
        : gitlab.MergeRequests.allIssuesClosed(repo.id, on.number, paged),
    Links,
  );
  return (await unlessHidden(links)) ?? [];
}

function readOne(api: Api, repo: RepoRef, { kind, number }: Noteable): Promise<Linked> {
  return api.read(
    { repo, action: `reading ${nameOf(repo, { kind, number })}, which is linked` },
    (gitlab) =>
      kind === 'issue'
        ? gitlab.Issues.show(number, { projectId: repo.id })
        : gitlab.MergeRequests.show(repo.id, number),
    Linked,
  );
}

/** The words first and the notes that tell of changes after them, so that no change is missed. */
async function toLinked(
  deps: LinkedDeps,
  repo: RepoRef,
  { on, thread }: { on: Noteable; thread: Linked | undefined },
): Promise<LinkedThread | undefined> {
  if (thread === undefined || thread.confidential === true) return undefined;
  const { id, title, description: body, created_at: createdAt } = thread;
  const target = { repo, action: `reading when ${nameOf(repo, on)} was edited` };
  const notes = await readNotes(deps, target, { kind: on.kind, id, newestOnly: true });
  return { ...on, title, body, createdAt, editedAt: editedAtOf(notes, { titles: true }) };
}

async function unlessHidden<Value>(read: Promise<Value>): Promise<Value | undefined> {
  return read.catch((thrown: unknown) => {
    if (thrown instanceof AppError && (thrown.code === 'missing' || thrown.code === 'denied')) return undefined;
    throw thrown;
  });
}
