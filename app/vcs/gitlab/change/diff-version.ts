import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { Api } from '../wire/api.ts';
import { nameOf } from '../thread/noteable.ts';

/** A diff that moves while something is read of it is read again this often. */
const READS_MAX = 3;

const Sha = z.string().regex(/^[0-9a-f]{40,64}$/);

/** The commits that a merge request's diff compares, in GitLab's words: `base_sha` is the merge base, `start_sha` the target's head. */
export const DiffRefs = z.object({ base_sha: Sha, start_sha: Sha, head_sha: Sha });
export type DiffRefs = z.infer<typeof DiffRefs>;

const MergeRequest = z.object({
  /** Null until GitLab has made the first diff. */
  diff_refs: DiffRefs.nullish(),
  /** A number, `1000+` when GitLab keeps no more of them, and empty until it has counted. */
  changes_count: z.string().nullish(),
});

/** The newest diff of a merge request; `changesCount` as GitLab tells it. */
export interface DiffVersion {
  readonly refs: DiffRefs;
  readonly changesCount: string;
}

/** Whether two diffs compare the same commits. */
export function isSameDiff(one: DiffRefs, other: DiffRefs): boolean {
  return one.base_sha === other.base_sha && one.start_sha === other.start_sha && one.head_sha === other.head_sha;
}

/**
 * Reads something that is about the newest diff but does not say so, with the diff it is about: that is asked for before and
 * after. `GET /projects/:id/merge_requests/:iid`, scope `read_api`, role Reporter
 * (https://docs.gitlab.com/api/merge_requests/#retrieve-a-merge-request).
 * @throws AppError `unavailable` while there is no diff yet, or when it moves all the time.
 */
export async function atOneVersion<Value>(
  api: Api,
  of: { repo: RepoRef; number: number },
  read: (version: DiffVersion) => Promise<Value>,
): Promise<Value> {
  let version = await readVersion(api, of);
  for (let reads = 1; reads <= READS_MAX; reads += 1) {
    const value = await read(version);
    const now = await readVersion(api, of);
    if (isSameDiff(now.refs, version.refs)) return value;
    version = now;
  }
  throw new AppError('unavailable', `${nameIn(of)} changes faster than it can be read`);
}

async function readVersion(api: Api, of: { repo: RepoRef; number: number }): Promise<DiffVersion> {
  const { repo, number } = of;
  const found = await api.read(
    { repo, action: `reading ${nameIn(of)}` },
    (gitlab) => gitlab.MergeRequests.show(repo.id, number),
    MergeRequest,
  );
  if (!found.diff_refs) throw new AppError('unavailable', `GitLab has no diff of ${nameIn(of)} yet`);
  return { refs: found.diff_refs, changesCount: found.changes_count ?? '' };
}

function nameIn({ repo, number }: { repo: RepoRef; number: number }): string {
  return nameOf(repo, { kind: 'pull', number });
}
