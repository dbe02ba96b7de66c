import { randomUUID } from 'node:crypto';
import type { DiffPlace } from '#core/domain/change/diff.ts';
import { effectMarker } from '#core/domain/host/effect.ts';
import { findingMarker } from '#core/domain/change/finding.ts';
import type { ChangeDiff, ReviewRemark } from '#core/ports/host/reviewer.ts';
import type { Placed } from '#core/ports/host/vcs.ts';
import type { DraftRecord } from '../../../../fakes/gitlab/draft-records.ts';
import type { MergeRequestRecord } from '../../../../fakes/gitlab/records.ts';
import type { GitLabWorld } from '../gitlab-world.ts';

const KEY = 'aaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-major';
const FILES_MAX = 100;

/** `line 1` to `line 9`, each on a line. */
export function numbers(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_one, at) => `line ${from + at}\n`).join('');
}

/** A line changed, a file gone, a new one, and one renamed with a change, of a project that has the former ones. */
export const bigChange = {
  'long.txt': numbers(1, 9) + 'ten\n' + numbers(11, 40),
  'gone.txt': null,
  'new.txt': 'first\nsecond\n',
  'old.txt': null,
  'renamed.txt': numbers(1, 19) + 'twenty\n',
};

/** A remark of one review, on the new side of one line when nothing else is said. */
export function remark(reviewId: string, at: Pick<DiffPlace, 'path' | 'line'> & Partial<DiffPlace>): ReviewRemark {
  const place = { oldPath: at.path, side: 'right' as const, startLine: null, ...at };
  return { key: KEY, place, body: `${findingMarker(KEY, reviewId)}\n\nThis is wrong.` };
}

/** Opens a merge request from a new branch. */
export async function mergeRequestOf(
  { gitlab, repository }: GitLabWorld,
  branch: string,
  files: Readonly<Record<string, string | null>>,
): Promise<MergeRequestRecord> {
  await gitlab.commit({ repository, branch, files, by: 'ada' });
  return (await gitlab.openPullRequest({ repository, by: 'ada', title: branch, head: branch })).issue;
}

/** A review of a merge request of its own. */
export interface ReviewScene {
  readonly number: number;
  readonly reviewId: string;
  readonly summary: string;
  readonly diff: ChangeDiff;
  remark(path: string, line: number, more?: Partial<DiffPlace>): ReviewRemark;
  post(remarks: readonly ReviewRemark[], diff?: ChangeDiff): Promise<Placed>;
  find(): Promise<Placed | undefined>;
  /** What is not published. */
  drafts(): readonly DraftRecord[];
}

/** Opens a merge request and reads its diff. */
export async function reviewOf(
  world: GitLabWorld,
  branch: string,
  files: Readonly<Record<string, string | null>>,
): Promise<ReviewScene> {
  const { host, repo } = world;
  const { number, drafts } = await mergeRequestOf(world, branch, files);
  const reviewId = randomUUID();
  const marker = effectMarker(reviewId, 'review');
  const summary = `${marker}\n\nWhat I found.`;
  const read = await host.readDiff(repo, number, FILES_MAX);
  return {
    number,
    reviewId,
    summary,
    diff: read,
    remark: (path, line, more) => remark(reviewId, { path, line, ...more }),
    post: (remarks, diff = read) => host.postReview(repo, { number, diff, summary, remarks }),
    find: () => host.findReview(repo, number, marker),
    drafts: () => drafts,
  };
}
