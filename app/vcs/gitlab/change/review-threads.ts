import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { keyOfComment, reviewOfComment } from '#core/domain/change/finding.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { Reviewer, ReviewThread } from '#core/ports/host/reviewer.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import { atOneVersion, DiffRefs, isSameDiff } from './diff-version.ts';
import type { GitLabIdentity } from '../wire/identity.ts';
import { nameOf } from '../thread/noteable.ts';

/** 5,000 notes, the most GitLab lets a merge request have: https://docs.gitlab.com/administration/instance_limits/ */
const PAGES_MAX = 50;

const Line = z.number().nullish();
const Place = DiffRefs.extend({
  old_path: z.string().nullish(),
  new_path: z.string().nullish(),
  old_line: Line,
  new_line: Line,
});
const Note = z.object({
  body: z.string(),
  /** Null when the account is gone. */
  author: z.object({ id: z.number() }).nullable(),
  system: z.boolean(),
  resolvable: z.boolean(),
  resolved: z.boolean().nullish(),
  /** Of a note on a line; on an image or on a whole file it has no numbers. */
  position: Place.nullish().catch(null),
});
const Discussion = z.object({ id: z.string().min(1), notes: z.array(Note) });
type Discussion = z.infer<typeof Discussion>;
const Resolved = z.object({ id: z.string() });

/** What reading discussions needs. */
export interface ThreadDeps {
  readonly api: Api;
  readonly self: GitLabIdentity['self'];
}

/** A discussion that our account began, with the words it begins with. */
export interface OurDiscussion {
  readonly discussion: Discussion;
  readonly opening: string;
}

/**
 * Discussions that we began (https://docs.gitlab.com/api/discussions/). Reading: scope `read_api`, role Reporter on a private
 * project. Resolving: scope `api`, role Developer, or being the merge request's author.
 */
export function createThreadResolver(deps: ThreadDeps): Pick<Reviewer, 'ourThreads' | 'resolveThread'> {
  const { api, self } = deps;
  return {
    ourThreads: (repo, number) =>
      atOneVersion(api, { repo, number }, async ({ refs }) => {
        const us = (await self()).id;
        const ours = await ourDiscussions(deps, repo, number);
        return ours.flatMap((one) => toThread(one, { us, refs }));
      }),
    async resolveThread(repo, number, threadId) {
      await api.write(
        { repo, action: `resolving a discussion of ${nameOf(repo, { kind: 'pull', number })}` },
        (gitlab) => gitlab.MergeRequestDiscussions.resolve(repo.id, number, threadId, true),
        Resolved,
      );
    },
  };
}

/**
 * All discussions on lines that our own account began with a hidden key: anybody can quote one.
 * @throws AppError `unavailable` when there are too many: leaving some out would have their findings told again.
 */
export async function ourDiscussions(
  { api, self }: ThreadDeps,
  repo: RepoRef,
  number: number,
): Promise<readonly OurDiscussion[]> {
  const action = `reading the discussions of ${nameOf(repo, { kind: 'pull', number })}`;
  const us = (await self()).id;
  const found: OurDiscussion[] = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const discussions = await api.read(
      { repo, action },
      (gitlab) => gitlab.MergeRequestDiscussions.all(repo.id, number, { perPage: PAGE_ITEMS, page }),
      z.array(Discussion),
    );
    for (const discussion of discussions) {
      const [first] = discussion.notes;
      if (first?.author?.id !== us || keyOfComment(first.body) === undefined) continue;
      found.push({ discussion, opening: first.body });
    }
    if (discussions.length < PAGE_ITEMS) return found;
  }
  throw new AppError('unavailable', `${action} failed: there are more than ${PAGES_MAX * PAGE_ITEMS}`);
}

/**
 * GitLab moves the place of a discussion along with every diff as long as its lines are as they were; so one whose place is in
 * another diff than the newest is outdated, by GitLab's own reckoning too. It does so before it calls the hook of a push.
 */
function toThread({ discussion, opening }: OurDiscussion, by: { us: number; refs: DiffRefs }): ReviewThread[] {
  const { id, notes } = discussion;
  const place = notes[0]?.position;
  const key = keyOfComment(opening);
  if (!place || key === undefined) return [];
  const isCurrent = isSameDiff(place, by.refs);
  const said = notes.filter(({ system }) => !system);
  const resolvable = notes.filter((note) => note.resolvable);
  return [
    {
      id,
      key,
      reviewId: reviewOfComment(opening),
      path: place.new_path ?? place.old_path ?? '',
      line: isCurrent ? (place.new_line ?? place.old_line ?? null) : null,
      resolved: resolvable.length > 0 && resolvable.every(({ resolved }) => resolved === true),
      answered: said.some(({ author }) => author?.id !== by.us),
    },
  ];
}
