import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { BaseReader } from '#core/ports/host/vcs.ts';
import type { Api } from '../wire/api.ts';
import { Sha } from '../inbound/payloads.ts';

/** Null while the project has no commit. */
const Project = z.object({ default_branch: z.string().min(1).nullable() });
const Branch = z.object({ commit: z.object({ id: Sha }) });

const MergeRequest = z.object({
  source_branch: z.string().min(1),
  sha: Sha,
  /** Null when the fork was deleted. */
  source_project_id: z.number().nullable(),
});

/**
 * Where work on a thread starts. Issue: the default branch and its commit. Merge request: its source branch; `fork`
 * when that is not in this project, so that nothing can be pushed there.
 * A project without commits is a `conflict`. Scope `read_api`, role Reporter (private: Developer is safest).
 */
export function createBaseReader(api: Api): BaseReader {
  return {
    baseOf: (repo, thread) => (thread.kind === 'issue' ? defaultBranch(api, repo) : sourceOf(api, repo, thread.number)),
    branchHead: (repo, branch) =>
      headOf(api, repo, branch).catch((thrown: unknown) => {
        if (thrown instanceof AppError && thrown.code === 'missing') return undefined;
        throw thrown;
      }),
  };
}

/** `GET /projects/:id` (https://docs.gitlab.com/api/projects/). */
async function defaultBranch(api: Api, repo: RepoRef): ReturnType<BaseReader['baseOf']> {
  const action = `reading the default branch of ${fullName(repo)}`;
  const { default_branch: ref } = await api.read({ repo, action }, (gitlab) => gitlab.Projects.show(repo.id), Project);
  if (ref === null) throw new AppError('conflict', `${action} failed: the project has no commit yet`);
  return { ref, sha: await headOf(api, repo, ref), fork: false };
}

/** `GET /projects/:id/repository/branches/:branch` (https://docs.gitlab.com/api/branches/). */
async function headOf(api: Api, repo: RepoRef, branch: string): Promise<string> {
  const { commit } = await api.read(
    { repo, action: `reading branch ${branch} of ${fullName(repo)}` },
    (gitlab) => gitlab.Branches.show(repo.id, branch),
    Branch,
  );
  return commit.id;
}

/** `GET /projects/:id/merge_requests/:iid` (https://docs.gitlab.com/api/merge_requests/). */
async function sourceOf(api: Api, repo: RepoRef, number: number): ReturnType<BaseReader['baseOf']> {
  const found = await api.read(
    { repo, action: `reading the source branch of ${fullName(repo)}!${number}` },
    (gitlab) => gitlab.MergeRequests.show(repo.id, number),
    MergeRequest,
  );
  return { ref: found.source_branch, sha: found.sha, fork: found.source_project_id !== repo.id };
}
