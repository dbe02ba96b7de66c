import type { Cloner } from '#core/ports/host/vcs.ts';
import type { TokenSource } from '../wire/auth.ts';
import type { Clients } from '../wire/client.ts';
import { isUnauthorised, toGitHubError } from '../wire/errors.ts';

// The user name GitHub expects beside an installation token:
// https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation#about-authentication-as-a-github-app-installation
const TOKEN_USERNAME = 'x-access-token';

/** What cloning needs; `webUrl` without trailing slash, `now` in milliseconds since the epoch. */
export interface ClonerDeps {
  readonly tokens: TokenSource;
  readonly clients: Clients;
  readonly webUrl: string;
  readonly now: () => number;
}

/**
 * Access for git over HTTPS. Every call of `gitAccess` mints a token of its own, shared with nobody, so that it can
 * be revoked as soon as git is done. Permissions on the one repository: see the `git-` rows of `grants.ts`.
 */
export function createCloner({ tokens, clients, webUrl, now }: ClonerDeps): Cloner {
  return {
    async gitAccess(repo, purpose) {
      // As it is called now: git is not let follow a redirect, which would take the token along.
      const { token, repo: current = repo } = await tokens.mint(repo, `git-${purpose}`);
      return { url: `${webUrl}/${current.owner}/${current.name}.git`, username: TOKEN_USERNAME, token };
    },
    /** `DELETE /installation/token`, which needs no permission. A token that is dead already is what we wanted. */
    async revoke({ token }) {
      try {
        await clients.withToken(token).rest.apps.revokeInstallationAccessToken();
      } catch (error) {
        if (isUnauthorised(error)) return;
        throw toGitHubError(error, { action: 'revoking a git token', write: true }, now());
      }
    },
  };
}
