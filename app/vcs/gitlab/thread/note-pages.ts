import { z } from 'zod';
import type { Api, Target } from '../wire/api.ts';
import { askGraphql, type Graphql } from '../wire/graphql.ts';
import type { Noteable } from './noteable.ts';

/** The most that GitLab gives at once. */
const PAGE_NOTES = 100;
/** Pages beside the first and the last one. */
const MORE_PAGES = 3;

/**
 * REST has no time of the last edit: a note's `updated_at` moves with every emoji, and so with our own 👀. Each title, change
 * of a description and ticked task is a note of GitLab's own, with its kind. The order of notes is that of their numbers,
 * rising or falling with GitLab's version.
 */
const NOTES = `
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      nodes {
        id
        body
        system
        internal
        createdAt
        lastEditedAt
        author { id username bot }
        systemNoteMetadata { action }
        discussion { id resolvable resolved }
        position { filePath oldPath newPath oldLine newLine diffRefs { baseSha headSha startSha } }
      }`;
const VARIABLES = '$first: Int, $after: String, $last: Int, $before: String';
const ARGUMENTS = 'first: $first, after: $after, last: $last, before: $before';
const documentOf = (type: 'Issue' | 'MergeRequest', field: 'issue' | 'mergeRequest'): string =>
  `query($id: ${type}ID!, ${VARIABLES}) {
  found: ${field}(id: $id) {
    notes(${ARGUMENTS}) {${NOTES}
    }
  }
}`;
const DOCUMENTS = {
  issue: { type: 'Issue', document: documentOf('Issue', 'issue') },
  pull: { type: 'MergeRequest', document: documentOf('MergeRequest', 'mergeRequest') },
} as const;

/** The number at the end of `gid://gitlab/DiffNote/12`; which class it is does not matter. */
const GlobalId = z
  .string()
  .regex(/\/[1-9]\d{0,15}$/)
  .transform((gid) => Number(gid.slice(gid.lastIndexOf('/') + 1)));
const Line = z.number().int().positive().nullish();

const Position = z.object({
  filePath: z.string(),
  oldPath: z.string().nullish(),
  newPath: z.string().nullish(),
  oldLine: Line,
  newLine: Line,
  diffRefs: z.object({ baseSha: z.string().nullish(), headSha: z.string(), startSha: z.string() }),
});
/** Where a note hangs in a diff. Lines are null for a whole file and on a picture. */
export type NotePosition = z.infer<typeof Position>;

const Note = z.object({
  id: GlobalId,
  body: z.string(),
  system: z.boolean(),
  /** Whether only members may read it. */
  internal: z.boolean().nullish(),
  createdAt: z.string(),
  lastEditedAt: z.string().nullish(),
  author: z.object({ id: GlobalId, username: z.string(), bot: z.boolean().nullish() }).nullish(),
  systemNoteMetadata: z.object({ action: z.string().nullish() }).nullish(),
  discussion: z.object({ id: z.string(), resolvable: z.boolean(), resolved: z.boolean() }).nullish(),
  position: Position.nullish(),
});
/** A note as GraphQL tells it. Times are ISO 8601 UTC in whole seconds. */
export type FoundNote = z.infer<typeof Note>;

const Page = z.object({
  notes: z.object({
    pageInfo: z.object({
      hasNextPage: z.boolean(),
      hasPreviousPage: z.boolean(),
      startCursor: z.string().nullish(),
      endCursor: z.string().nullish(),
    }),
    nodes: z.array(Note),
  }),
});
type Page = z.infer<typeof Page>['notes'];

/** Notes of a thread, GitLab's own among them, oldest first. */
export interface FoundNotes {
  readonly notes: readonly FoundNote[];
  /** Without a hole from here on, ISO 8601 UTC; null when these are all that there are. */
  readonly unbrokenSince: string | null;
}

interface NotesDeps {
  readonly api: Api;
  readonly graphql: Graphql;
}

/** Whose notes: the kind, and GitLab's number over all projects. */
export interface NotesOf {
  readonly kind: Noteable['kind'];
  readonly id: number;
}

/**
 * The first and the newest notes of a thread, at most five hundred; `newestOnly`: the newest hundred. Scope `read_api`
 * (https://docs.gitlab.com/api/graphql/reference/#noteableinterface).
 */
export async function readNotes(
  deps: NotesDeps,
  target: Target,
  of: NotesOf & { newestOnly?: boolean },
): Promise<FoundNotes> {
  const { type, document } = DOCUMENTS[of.kind];
  const read = async (range: Readonly<Record<string, unknown>>): Promise<Page> => {
    const variables = { id: `gid://gitlab/${type}/${of.id}`, ...range };
    return (await askGraphql(deps, target, { document, variables, answer: Page })).notes;
  };
  const head = await read({ first: PAGE_NOTES });
  if (!head.pageInfo.hasNextPage) return { notes: sorted(head.nodes), unbrokenSince: null };
  const tail = await read({ last: PAGE_NOTES });
  const rising = newest(tail) >= newest(head);
  const [far, near] = rising ? [head, tail] : [tail, head];
  const pages = of.newestOnly === true ? [near] : await olderPages(near, rising, read);
  const unbroken = new Map(pages.flatMap(({ nodes }) => nodes).map((note) => [note.id, note]));
  const meets = far.nodes.some(({ id }) => unbroken.has(id));
  const notes = new Map([...far.nodes.map((note) => [note.id, note] as const), ...unbroken]);
  const since = sorted([...unbroken.values()])[0]?.createdAt ?? null;
  return { notes: sorted([...notes.values()]), unbrokenSince: meets ? null : since };
}

/** A page and those before it in time. */
async function olderPages(
  newestPage: Page,
  rising: boolean,
  read: (range: Readonly<Record<string, unknown>>) => Promise<Page>,
): Promise<Page[]> {
  const pages = [newestPage];
  let last = newestPage;
  for (let more = 0; more < MORE_PAGES; more += 1) {
    const { hasPreviousPage, hasNextPage, startCursor, endCursor } = last.pageInfo;
    if (!(rising ? hasPreviousPage : hasNextPage)) break;
    last = await read(rising ? { last: PAGE_NOTES, before: startCursor } : { first: PAGE_NOTES, after: endCursor });
    pages.push(last);
  }
  return pages;
}

function newest({ nodes }: Page): number {
  return Math.max(0, ...nodes.map(({ id }) => id));
}

function sorted(notes: readonly FoundNote[]): FoundNote[] {
  return notes.toSorted((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt) || one.id - other.id);
}
