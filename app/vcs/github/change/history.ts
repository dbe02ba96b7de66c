import { z } from 'zod';
import { isBranchName } from '#core/domain/change/branch-name.ts';
import { AppError } from '#core/domain/errors.ts';
import { fullName } from '#core/domain/host/repo.ts';
import type { ChangeHistory } from '#core/ports/host/change-history.ts';
import type { Api } from '../wire/api.ts';
import { Sha } from '../inbound/payloads.ts';

const Pull = z.object({
  merged_at: z.iso.datetime({ offset: true }).nullable(),
  /** Of a pull request that is not merged, a commit that GitHub made to try it. */
  merge_commit_sha: Sha.nullable(),
  base: z.object({ ref: z.string().min(1) }),
});

const Comparison = z.object({ status: z.enum(['ahead', 'behind', 'diverged', 'identical']) });

/**
 * What became of pull requests: pull_requests:read (https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request says which
 * commit `merge_commit_sha` is, by way of merging). Which commits a branch has: contents:read
 * (https://docs.github.com/en/rest/commits/commits#compare-two-commits).
 */
export function createChangeHistory(api: Api): ChangeHistory {
  return {
    async mergedAs(repo, number) {
      const action = `reading how ${fullName(repo)}#${number} was merged`;
      const pull = await api.read(
        { repo, purpose: 'pull-heads', action },
        (octokit) => octokit.rest.pulls.get({ owner: repo.owner, repo: repo.name, pull_number: number }),
        Pull,
      );
      if (pull.merged_at === null) return undefined;
      if (pull.merge_commit_sha === null)
        throw new AppError('unavailable', `${action} failed: GitHub does not say yet`);
      return { sha: pull.merge_commit_sha, at: new Date(pull.merged_at).toISOString(), base: pull.base.ref };
    },
    /** The second page of one commit each holds neither files nor, mostly, commits: only the outcome is wanted. */
    async isWithin(repo, commit, head) {
      // A name with a colon would be looked for in somebody's fork.
      if (!Sha.safeParse(commit).success || !isBranchName(head)) return undefined;
      const which = { owner: repo.owner, repo: repo.name, basehead: `${commit}...${head}`, per_page: 1, page: 2 };
      const compared = api.read(
        { repo, purpose: 'branches', action: `looking for commit ${commit} in ${head} of ${fullName(repo)}` },
        (octokit) => octokit.rest.repos.compareCommitsWithBasehead(which),
        Comparison,
      );
      return compared.then(
        ({ status }) => status === 'ahead' || status === 'identical',
        (thrown: unknown) => {
          if (thrown instanceof AppError && thrown.code === 'missing') return undefined;
          throw thrown;
        },
      );
    },
  };
}
