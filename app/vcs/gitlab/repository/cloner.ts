import { AppError } from '#core/domain/errors.ts';
import { fullName } from '#core/domain/host/repo.ts';
import type { Cloner } from '#core/ports/host/vcs.ts';
import type { GitLabOptions } from '../wire/options.ts';
import type { ProjectFilter } from './projects.ts';

// GitLab looks at the token only; this is the name its documentation puts beside one:
// https://docs.gitlab.com/topics/git/clone/#clone-using-a-token
const TOKEN_USERNAME = 'oauth2';

/**
 * Access for git over HTTPS, with the one token we have. GitLab has nothing to narrow a token to one project or one
 * purpose, nor a short-lived one to hand out, so whoever holds this access may do whatever the token may: it stays with
 * the worker, which talks to git by a header and gives it to no workspace, and there is nothing to revoke after use.
 * What a stolen worker could do is bounded by the kind of token alone; see docs/guides/gitlab.md.
 */
export function createCloner({ url, token }: Pick<GitLabOptions, 'url' | 'token'>, isOurs: ProjectFilter): Cloner {
  return {
    async gitAccess(repo) {
      if (!isOurs(repo)) throw new AppError('denied', `git access to ${fullName(repo)} is not in GITLAB_PROJECTS`);
      return Promise.resolve({ url: `${url}/${fullName(repo)}.git`, username: TOKEN_USERNAME, token });
    },
    revoke: () => Promise.resolve(),
  };
}
