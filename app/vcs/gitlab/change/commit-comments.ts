import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { CommitCommenter, Placed } from '#core/ports/host/vcs.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import type { GitLabIdentity } from '../wire/identity.ts';
import { withoutQuickActions } from '../thread/quick-actions.ts';

/** More comments on one commit are not looked through. */
const PAGES_MAX = 10;

const Comment = z.object({ note: z.string(), author: z.object({ id: z.number() }).nullish() });

/** What commenting on commits needs; `webUrl` without trailing slash. */
export interface CommitCommenterDeps {
  readonly api: Api;
  readonly self: GitLabIdentity['self'];
  readonly webUrl: string;
}

/**
 * Comments on whole commits, which GitLab shows with the commit and in merge requests that have it. Scope `api`, role
 * Reporter (https://docs.gitlab.com/api/commits/#post-comment-to-commit). The answer has no number, so a comment is known
 * by its commit.
 */
export function createCommitCommenter(deps: CommitCommenterDeps): CommitCommenter {
  const { api, webUrl } = deps;
  return {
    async findCommitComment(repo, sha, marker) {
      return (await isThere(deps, repo, { sha, marker })) ? placed(webUrl, repo, sha) : undefined;
    },
    async commentOnCommit(repo, sha, body) {
      await api.write(
        { repo, action: `commenting on ${fullName(repo)}@${sha}` },
        (gitlab) => gitlab.Commits.createComment(repo.id, sha, withoutQuickActions(body)),
        Comment,
      );
      return placed(webUrl, repo, sha);
    },
  };
}

/** Only a comment of our own account counts: anybody can quote a marker. */
async function isThere(
  { api, self }: CommitCommenterDeps,
  repo: RepoRef,
  { sha, marker }: { sha: string; marker: string },
): Promise<boolean> {
  const action = `looking for our comment on ${fullName(repo)}@${sha}`;
  const us = await self();
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    // Gitbeaker's types know no paging here; it sends it all the same.
    const which = { showExpanded: false, perPage: PAGE_ITEMS, page } as const;
    const found = await api.read(
      { repo, action },
      (gitlab) => gitlab.Commits.allComments(repo.id, sha, which),
      z.array(Comment),
    );
    if (found.some(({ note, author }) => author?.id === us.id && note.includes(marker))) return true;
    if (found.length < PAGE_ITEMS) return false;
  }
  // Saying "there is none" would have the caller post a second one.
  throw new AppError('unavailable', `${action} failed: there are more than ${PAGES_MAX * PAGE_ITEMS}`);
}

function placed(webUrl: string, repo: RepoRef, sha: string): Placed {
  return { externalId: sha, url: `${webUrl}/${fullName(repo)}/-/commit/${sha}` };
}
