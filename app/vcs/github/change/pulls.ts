import { z } from 'zod';
import { fullName } from '#core/domain/host/repo.ts';
import type { ChangeRef } from '#core/domain/run/run.ts';
import type { ChangeProposer } from '#core/ports/host/vcs.ts';
import type { Api } from '../wire/api.ts';

/** A branch of ours belongs to one request; more pull requests than this for one branch are not ours. */
const CANDIDATES_MAX = 10;

const PullRequest = z.object({ number: z.number(), html_url: z.string() });

/** `repo` is null when the fork was deleted. */
const Head = z.object({ ref: z.string(), repo: z.object({ id: z.number() }).nullable() });
const PullRequestPage = z.array(PullRequest.extend({ head: Head }));

const purpose = 'changes';

/**
 * Pull requests, found again by their head branch. Permission: pull_requests:write, and contents:read for the
 * branches they name (https://docs.github.com/en/rest/pulls/pulls).
 */
export function createChangeProposer(api: Api): ChangeProposer {
  return {
    /** The newest one in any state: one that people closed or merged was opened all the same. */
    async findChange(repo, branch) {
      const candidates = await api.read(
        { repo, purpose, action: `looking for the pull request of ${branch} in ${fullName(repo)}` },
        (octokit, at) =>
          octokit.rest.pulls.list({
            owner: repo.owner,
            repo: repo.name,
            head: `${at.owner}:${branch}`,
            state: 'all',
            sort: 'created',
            direction: 'desc',
            per_page: CANDIDATES_MAX,
          }),
        PullRequestPage,
      );
      // The filter lets branches of that name in the owner's forks through, and GitHub drops a filter it cannot read.
      const ours = candidates.find(({ head }) => head.ref === branch && head.repo?.id === repo.id);
      return ours && toChange(ours);
    },
    /**
     * Opens one from `branch` to `base`. `invalid` when there is an open one already, and also when there is nothing
     * between the two: GitHub answers 422 to both without a code to tell them apart, so the caller looks for it.
     */
    async openChange(repo, { branch, ...draft }) {
      const pull = await api.write(
        { repo, purpose, notifies: true, action: `opening a pull request from ${branch} in ${fullName(repo)}` },
        (octokit) => octokit.rest.pulls.create({ owner: repo.owner, repo: repo.name, head: branch, ...draft }),
        PullRequest,
      );
      return toChange(pull);
    },
  };
}

function toChange({ number, html_url: url }: z.infer<typeof PullRequest>): ChangeRef {
  return { number, url };
}
