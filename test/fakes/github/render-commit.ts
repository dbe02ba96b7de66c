import type { CommitFacts } from '../git-host/git-questions.ts';
import type { RepositoryRecord } from './records.ts';
import { nodeId } from './render-user.ts';
import type { World } from './world.ts';

/** GitHub's `commit`. No GitHub account is tied to the author: the stand-in does not match e-mail addresses. */
export function renderCommit(world: World, repository: RepositoryRecord, commit: CommitFacts) {
  const repositoryUrl = `${world.apiUrl}/repos/${repository.fullName}`;
  const htmlUrl = `${world.webUrl}/${repository.fullName}/commit`;
  const url = `${repositoryUrl}/commits/${commit.sha}`;
  return {
    sha: commit.sha,
    node_id: nodeId('C', Number.parseInt(commit.sha.slice(0, 8), 16)),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${repositoryUrl}/git/trees/${commit.tree}` },
      url: `${repositoryUrl}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    },
    url,
    html_url: `${htmlUrl}/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: null,
    committer: null,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repositoryUrl}/commits/${sha}`,
      html_url: `${htmlUrl}/${sha}`,
    })),
  };
}

/** GitHub's `branch-with-protection` for an unprotected branch. */
export function renderBranch(
  world: World,
  repository: RepositoryRecord,
  { name, commit }: { name: string; commit: CommitFacts },
) {
  const self = `${world.apiUrl}/repos/${repository.fullName}/branches/${name}`;
  return {
    name,
    commit: renderCommit(world, repository, commit),
    _links: { self, html: `${world.webUrl}/${repository.fullName}/tree/${name}` },
    protected: false,
    protection: { enabled: false, required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] } },
    protection_url: `${self}/protection`,
  };
}

/** GitHub's `git-ref`; `ref` is the full name, `refs/heads/main`. */
export function renderRef(world: World, repository: RepositoryRecord, { ref, sha }: { ref: string; sha: string }) {
  const repositoryUrl = `${world.apiUrl}/repos/${repository.fullName}`;
  return {
    ref,
    node_id: nodeId('REF', ref.length),
    url: `${repositoryUrl}/git/${ref}`,
    object: { type: 'commit', sha, url: `${repositoryUrl}/git/commits/${sha}` },
  };
}
