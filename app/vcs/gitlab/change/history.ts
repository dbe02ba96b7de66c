import { z } from 'zod';
import { isBranchName } from '#core/domain/change/branch-name.ts';
import { AppError } from '#core/domain/errors.ts';
import { fullName } from '#core/domain/host/repo.ts';
import type { ChangeHistory } from '#core/ports/host/change-history.ts';
import type { Api } from '../wire/api.ts';
import { Sha } from '../inbound/payloads.ts';

const MergeRequest = z.object({
  state: z.string(),
  merged_at: z.iso.datetime({ offset: true }).nullish(),
  target_branch: z.string().min(1),
  /** Null where merging made no commit of its own (fast-forward). */
  merge_commit_sha: Sha.nullish(),
  /** Null where nothing was squashed. */
  squash_commit_sha: Sha.nullish(),
  /** Head of the source branch. */
  sha: Sha.nullish(),
});

const Commit = z.object({ id: Sha });

/**
 * What became of merge requests, and which commits a branch has. Scope `read_api`, role Reporter
 * (https://docs.gitlab.com/api/merge_requests/#retrieve-a-merge-request, https://docs.gitlab.com/api/repositories/#merge-base).
 */
export function createChangeHistory(api: Api): ChangeHistory {
  return {
    /** The merge commit; where there is none, what was put on the target branch: the squashed commit, or the source's head. */
    async mergedAs(repo, number) {
      const action = `reading how ${fullName(repo)}!${number} was merged`;
      const found = await api.read(
        { repo, action },
        (gitlab) => gitlab.MergeRequests.show(repo.id, number),
        MergeRequest,
      );
      if (found.state !== 'merged') return undefined;
      const sha = found.merge_commit_sha ?? found.squash_commit_sha ?? found.sha;
      if (!sha || !found.merged_at) throw new AppError('unavailable', `${action} failed: GitLab does not say yet`);
      return { sha, at: new Date(found.merged_at).toISOString(), base: found.target_branch };
    },
    /**
     * A commit is within another when it is the merge base of the two. GitLab answers 400 to a name that it does not know, and
     * 404 where there is no merge base: lib/api/repositories.rb in its source.
     */
    async isWithin(repo, commit, head) {
      if (!Sha.safeParse(commit).success || !isBranchName(head)) return undefined;
      const compared = api.read(
        { repo, action: `looking for commit ${commit} in ${head} of ${fullName(repo)}` },
        (gitlab) => gitlab.Repositories.mergeBase(repo.id, [commit, head]),
        Commit,
      );
      return compared.then(
        ({ id }) => id === commit,
        (thrown: unknown) => {
          if (thrown instanceof AppError && (thrown.code === 'missing' || thrown.code === 'invalid')) return undefined;
          throw thrown;
        },
      );
    },
  };
}
