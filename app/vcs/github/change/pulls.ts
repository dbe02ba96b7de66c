import { z } from 'zod';
import { fullName } from '#core/domain/host/repo.ts';
import type { ChangeRef } from '#core/domain/run/run.ts';
import type { ChangeProposer } from '#core/ports/host/vcs.ts';
import type { Api } from '../wire/api.ts';
import { askGraphql } from '../wire/graphql.ts';

/** A branch of ours belongs to one request; more pull requests than this for one branch are not ours. */
const CANDIDATES_MAX = 10;

const PullRequest = z.object({ number: z.number(), html_url: z.string() });

/** `repo` is null when the fork was deleted. */
const Head = z.object({ ref: z.string(), repo: z.object({ id: z.number() }).nullable() });
const PullRequestPage = z.array(PullRequest.extend({ head: Head }));

const Text = z.object({ body: z.string().nullable(), draft: z.boolean(), node_id: z.string() });

/** REST cannot do it: https://docs.github.com/en/graphql/reference/mutations#markpullrequestreadyforreview */
const READY = `mutation MarkReady($pullRequestId: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $pullRequestId }) { pullRequest { id isDraft } }
}`;
const Ready = z.object({
  markPullRequestReadyForReview: z.object({ pullRequest: z.object({ isDraft: z.literal(false) }) }),
});

const purpose = 'changes';

/**
 * Pull requests, found again by their head branch. Permission: pull_requests:write, and contents:read for the
 * branches they name, contents:write to take one out of draft (https://docs.github.com/en/rest/pulls/pulls).
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
    /** GitHub lets those take a pull request out of draft who may push, so that needs a token of its own. */
    async reviseChange(repo, number, revise) {
      const action = `revising ${fullName(repo)}#${number}`;
      const at = { repo, purpose, action } as const;
      const one = { owner: repo.owner, repo: repo.name, pull_number: number };
      const { node_id: id, ...now } = await api.read(at, (octokit) => octokit.rest.pulls.get(one), Text);
      const before = { body: now.body ?? '', draft: now.draft };
      const { body, draft } = revise(before);
      if (body !== before.body) await api.write(at, (octokit) => octokit.rest.pulls.update({ ...one, body }), Text);
      if (!before.draft || draft) return;
      const ask = { document: READY, write: true, variables: { pullRequestId: id }, answer: Ready };
      await askGraphql(api, { repo, purpose: 'drafts', action }, ask);
    },
  };
}

function toChange({ number, html_url: url }: z.infer<typeof PullRequest>): ChangeRef {
  return { number, url };
}
