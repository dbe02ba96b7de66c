import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { keyOfComment } from '#core/domain/change/finding.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { ChangeDiff, Reviewer, ReviewRemark } from '#core/ports/host/reviewer.ts';
import type { Commenter } from '#core/ports/host/vcs.ts';
import type { Api } from '../wire/api.ts';
import { nameOf } from '../thread/noteable.ts';
import { createDiffReader } from './review-diff.ts';
import { positionOf, type Position } from './review-places.ts';
import { createThreadResolver, ourDiscussions, type ThreadDeps } from './review-threads.ts';
import { remarkBody } from './suggestions.ts';

/** GitLab ends a request after a minute (https://docs.gitlab.com/administration/operations/puma/): by then its outcome is known. */
export const PUBLISH_TIMEOUT_MS = 65_000;

/** Every note counts, however old it is. */
const EVER = '1970-01-01T00:00:00Z';

const Draft = z.object({ id: z.number(), author_id: z.number(), note: z.string(), line_code: z.string().nullish() });

/** What the reviewer needs; `publishing` waits longer than `api` does, see {@link PUBLISH_TIMEOUT_MS}. */
export interface ReviewerDeps extends ThreadDeps {
  readonly publishing: Api;
  readonly commenter: Pick<Commenter, 'findComment' | 'createComment'>;
}

interface Posting {
  readonly repo: RepoRef;
  readonly number: number;
  readonly diff: ChangeDiff;
  readonly remarks: readonly ReviewRemark[];
}

/**
 * Reviews of merge requests: one discussion per remark and a note with the summary. Scope `api`, role Reporter to read and
 * comment on a private project, Developer to resolve.
 *
 * GitLab has no review that is posted in one piece. Draft notes come nearest (https://docs.gitlab.com/api/draft_notes/):
 * nobody sees them, they tell by their line code whether their place is in the diff, and are published by one call, of which
 * people get one e-mail. So a place that GitLab does not take is known before anything is seen. But publishing is no
 * transaction: GitLab makes one note after the other, passes over what it cannot make, forgets all drafts in the end and
 * reports success. Therefore:
 *  - the summary is a note of its own, posted last, when every remark is seen to be there: once it is there, all is;
 *  - remarks that an interrupted call has left behind are recognised by their first line and not posted again;
 *  - drafts that it has left behind are thrown away.
 */
export function createReviewer(deps: ReviewerDeps): Reviewer {
  const { commenter } = deps;
  return {
    ...createDiffReader(deps.api),
    ...createThreadResolver(deps),
    findReview: (repo, number, marker) =>
      commenter.findComment(repo, { kind: 'pull', number }, { marker, since: EVER }),
    async postReview(repo, { number, diff, summary, remarks }) {
      if (remarks.length > 0) await postRemarks(deps, { repo, number, diff, remarks });
      return commenter.createComment(repo, { kind: 'pull', number }, summary);
    },
  };
}

async function postRemarks(deps: ReviewerDeps, posting: Posting): Promise<void> {
  const { repo, number, diff, remarks } = posting;
  const placed = remarks.map((remark) => ({ remark, position: positionOf(diff, remark.place) }));
  await dropDrafts(deps, posting);
  const left = await stillMissing(deps, posting);
  if (left.length === 0) return;
  for (const { remark, position } of placed) {
    if (left.includes(remark)) await draft(deps, posting, { remark, position });
  }
  const name = nameOf(repo, { kind: 'pull', number });
  await deps.publishing.write(
    { repo, action: `publishing the remarks on ${name}` },
    (gitlab) => gitlab.MergeRequestDraftNotes.publishBulk(repo.id, number),
    z.unknown(),
  );
  const lost = await stillMissing(deps, posting);
  if (lost.length === 0) return;
  throw new AppError(
    'unavailable',
    `GitLab has published ${left.length - lost.length} of ${left.length} remarks on ${name}`,
  );
}

/** Leaves nothing behind when GitLab does not take the place, so that nothing of the review is posted. */
async function draft(
  deps: ReviewerDeps,
  posting: Posting,
  { remark, position }: { remark: ReviewRemark; position: Position },
): Promise<void> {
  const { repo, number } = posting;
  const action = `drafting a remark on ${nameOf(repo, { kind: 'pull', number })}`;
  // Gitbeaker's types of a position are wrong: line numbers are no texts, and several lines no number.
  const options: object = { position };
  try {
    const made = await deps.api.write(
      { repo, action },
      (gitlab) => gitlab.MergeRequestDraftNotes.create(repo.id, number, remarkBody(remark.body, remark.place), options),
      Draft,
    );
    if (typeof made.line_code !== 'string')
      throw new AppError('invalid', `${action} failed: its line is not in the diff`);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'invalid') await dropDrafts(deps, posting);
    throw thrown;
  }
}

/** Only drafts of ours that are remarks: those of a person who uses the same account are that person's. */
async function dropDrafts({ api, self }: ReviewerDeps, { repo, number }: Posting): Promise<void> {
  const name = nameOf(repo, { kind: 'pull', number });
  const us = (await self()).id;
  const drafts = await api.read(
    { repo, action: `reading our drafts on ${name}` },
    (gitlab) => gitlab.MergeRequestDraftNotes.all(repo.id, number),
    z.array(Draft),
  );
  const ours = drafts.filter(({ author_id: author, note }) => author === us && keyOfComment(note) !== undefined);
  for (const { id } of ours) {
    const removed = api.write(
      { repo, action: `removing a draft on ${name}` },
      (gitlab) => gitlab.MergeRequestDraftNotes.remove(repo.id, number, id),
      z.unknown(),
    );
    await removed.catch((thrown: unknown) => {
      if (!(thrown instanceof AppError) || thrown.code !== 'missing') throw thrown;
    });
  }
}

/** The remarks that are not there yet. Two may begin with the same line, when they are about equal code; then each counts. */
async function stillMissing(deps: ReviewerDeps, { repo, number, remarks }: Posting): Promise<readonly ReviewRemark[]> {
  const there = (await ourDiscussions(deps, repo, number)).map(({ opening }) => firstLine(opening));
  return remarks.filter(({ body }) => {
    const index = there.indexOf(firstLine(body));
    if (index >= 0) there.splice(index, 1);
    return index < 0;
  });
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
