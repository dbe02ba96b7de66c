import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { BaseReader } from '#core/ports/host/vcs.ts';
import type { Api } from '../wire/api.ts';
import { Sha } from '../inbound/payloads.ts';

const Repository = z.object({ default_branch: z.string().min(1) });
const Ref = z.object({ object: z.object({ sha: Sha, type: z.literal('commit') }) });

const PullHead = z.object({
  head: z.object({
    ref: z.string().min(1),
    sha: Sha,
    /** Null when the fork was deleted. */
    repo: z.object({ id: z.number() }).nullable(),
  }),
});

const purpose = 'branches' as const;

/**
 * Where work on a thread starts. Issue: the default branch and its commit. Pull request: its head; `fork` when the
 * head is not a branch of this repository, so that nothing can be pushed there.
 * A repository without commits is a `conflict`, as GitHub answers 409.
 */
export function createBaseReader(api: Api): BaseReader {
  return {
    baseOf: (repo, thread) => (thread.kind === 'issue' ? defaultBranch(api, repo) : pullHead(api, repo, thread.number)),
    branchHead: (repo, branch) =>
      headOf(api, repo, branch).catch((thrown: unknown) => {
        if (thrown instanceof AppError && thrown.code === 'missing') return undefined;
        throw thrown;
      }),
  };
}

/** Permission: metadata:read (`GET /repos/{owner}/{repo}`). */
async function defaultBranch(api: Api, repo: RepoRef): ReturnType<BaseReader['baseOf']> {
  const { default_branch: ref } = await api.read(
    { repo, purpose, action: `reading the default branch of ${fullName(repo)}` },
    (octokit) => octokit.rest.repos.get({ owner: repo.owner, repo: repo.name }),
    Repository,
  );
  return { ref, sha: await headOf(api, repo, ref), fork: false };
}

/** Permission: contents:read (`GET …/git/ref/{ref}`). */
async function headOf(api: Api, repo: RepoRef, branch: string): Promise<string> {
  const { object } = await api.read(
    { repo, purpose, action: `reading branch ${branch} of ${fullName(repo)}` },
    (octokit) => octokit.rest.git.getRef({ owner: repo.owner, repo: repo.name, ref: `heads/${branch}` }),
    Ref,
  );
  return object.sha;
}

/** Permission: pull_requests:read (`GET /repos/{owner}/{repo}/pulls/{number}`). */
async function pullHead(api: Api, repo: RepoRef, number: number): ReturnType<BaseReader['baseOf']> {
  const { head } = await api.read(
    { repo, purpose: 'pull-heads', action: `reading the head of ${fullName(repo)}#${number}` },
    (octokit) => octokit.rest.pulls.get({ owner: repo.owner, repo: repo.name, pull_number: number }),
    PullHead,
  );
  return { ref: head.ref, sha: head.sha, fork: head.repo?.id !== repo.id };
}
