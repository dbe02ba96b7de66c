import { z } from 'zod';
import type { Actor, RepoRef } from '#core/domain/host/repo.ts';
import { isBotName } from './accounts.ts';
import type { Api } from './api.ts';
import type { GitLabOptions } from './options.ts';

const Account = z.object({
  id: z.number(),
  username: z.string().min(1),
  name: z.string(),
  bot: z.boolean().nullish(),
  commit_email: z.string().nullish(),
  email: z.string().nullish(),
});
type Account = z.infer<typeof Account>;

/** Who we are on GitLab. */
export interface GitLabIdentity {
  /** The token's own account, asked once and remembered; a failure is not. */
  self(near?: RepoRef): Promise<Actor>;
  /** Name and address for commits: as configured, or those by which GitLab shows the account as author. */
  commitAuthor(near?: RepoRef): Promise<{ name: string; email: string }>;
}

/**
 * Finds the account behind the token: `GET /user`, scope `read_user` or `api`
 * (https://docs.gitlab.com/api/users/#retrieve-the-current-user). A project's or group's token has a bot account of its
 * own; a new token is a new account, and what the old one wrote is then no longer ours.
 */
export function createIdentity(api: Api, options: Pick<GitLabOptions, 'url' | 'gitAuthor'>): GitLabIdentity {
  let found: Promise<Account> | undefined;
  const account = (): Promise<Account> => {
    found ??= api
      .read(
        { repo: undefined, action: 'finding our own account on GitLab' },
        (gitlab) => gitlab.Users.showCurrentUser(),
        Account,
      )
      .catch((error: unknown) => {
        found = undefined;
        throw error;
      });
    return found;
  };
  return {
    async self() {
      const { id, username, bot } = await account();
      return { id, login: username, bot: (bot ?? false) || isBotName(username) };
    },
    async commitAuthor() {
      if (options.gitAuthor) return options.gitAuthor;
      const { name, username, commit_email: commitEmail, email } = await account();
      const address = [commitEmail, email].find((one) => one !== undefined && one !== null && one !== '');
      return { name, email: address ?? `${username}@noreply.${new URL(options.url).hostname}` };
    },
  };
}
