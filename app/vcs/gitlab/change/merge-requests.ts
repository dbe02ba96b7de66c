import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { ChangeRef } from '#core/domain/run/run.ts';
import type { ChangeProposer } from '#core/ports/host/vcs.ts';
import type { Api } from '../wire/api.ts';
import { withoutQuickActions } from '../thread/quick-actions.ts';

/** A branch of ours belongs to one request; more merge requests than this from one branch are not ours. */
const CANDIDATES_MAX = 20;

/** What makes a draft of a merge request: https://docs.gitlab.com/user/project/merge_requests/drafts/ */
const DRAFT_PREFIX = 'Draft: ';

const MergeRequest = z.object({ iid: z.number(), web_url: z.string() });
const Text = z.object({ title: z.string(), description: z.string().nullable(), draft: z.boolean() });
/** GitLab knows more ways to say it; https://docs.gitlab.com/user/project/merge_requests/drafts/ */
const DRAFT = /^(?:draft: *|\[draft\] *|\(draft\) *)+/i;
const Candidates = z.array(
  MergeRequest.extend({
    state: z.string(),
    source_branch: z.string(),
    target_branch: z.string(),
    /** Null when the fork was deleted. */
    source_project_id: z.number().nullable(),
  }),
);
type Candidate = z.infer<typeof Candidates>[number];

/**
 * Merge requests, found again by their source branch. Scope `api`, role Developer
 * (https://docs.gitlab.com/api/merge_requests/). Titles have at most 255 characters.
 */
export function createChangeProposer(api: Api): ChangeProposer {
  return {
    /** The newest one in any state: one that people closed or merged was opened all the same. */
    async findChange(repo, branch) {
      const [newest] = await fromBranch(api, repo, branch);
      return newest && toChange(newest);
    },
    /**
     * Opens one from `branch` to `base`. Where GitLab says that there is an open one already (409), that one is the
     * change: a branch of ours has no other purpose.
     */
    async openChange(repo, { branch, base, title, body, draft }) {
      const opened = api.write(
        { repo, action: `opening a merge request from ${branch} in ${fullName(repo)}` },
        (gitlab) =>
          gitlab.MergeRequests.create(repo.id, branch, base, draft ? `${DRAFT_PREFIX}${title}` : title, {
            description: withoutQuickActions(body),
          }),
        MergeRequest,
      );
      return toChange(
        await opened.catch(async (thrown: unknown) => {
          if (!(thrown instanceof AppError) || thrown.code !== 'conflict') throw thrown;
          const candidates = await fromBranch(api, repo, branch);
          const open = candidates.find((one) => one.state === 'opened' && one.target_branch === base);
          if (!open) throw thrown;
          return open;
        }),
      );
    },
    async reviseChange(repo, number, revise) {
      const at = { repo, action: `revising ${fullName(repo)}!${number}` };
      const now = await api.read(at, (gitlab) => gitlab.MergeRequests.show(repo.id, number), Text);
      const before = { body: now.description ?? '', draft: now.draft };
      const { body, draft } = revise(before);
      const change = {
        ...(body === before.body ? {} : { description: withoutQuickActions(body) }),
        ...(before.draft && !draft ? { title: now.title.replace(DRAFT, '') } : {}),
      };
      if (Object.keys(change).length === 0) return;
      await api.write(at, (gitlab) => gitlab.MergeRequests.edit(repo.id, number, change), Text);
    },
  };
}

/** Newest first. Those of a fork's branch with the same name are somebody else's. */
async function fromBranch(api: Api, repo: RepoRef, branch: string): Promise<Candidate[]> {
  const candidates = await api.read(
    { repo, action: `looking for the merge request of ${branch} in ${fullName(repo)}` },
    (gitlab) =>
      gitlab.MergeRequests.all({
        projectId: repo.id,
        sourceBranch: branch,
        orderBy: 'created_at',
        sort: 'desc',
        perPage: CANDIDATES_MAX,
        page: 1,
      }),
    Candidates,
  );
  return candidates.filter((one) => one.source_branch === branch && one.source_project_id === repo.id);
}

function toChange({ iid, web_url: url }: z.infer<typeof MergeRequest>): ChangeRef {
  return { number: iid, url };
}
