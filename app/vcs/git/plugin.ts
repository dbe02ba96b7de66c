import type { GitAuthor } from '#core/contracts/host-variables.ts';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { GitServer } from '#core/ports/host/git-server.ts';
import type { GitAccess, GitSide } from '#core/ports/host/vcs.ts';
import { createAllowList, type GitServerOptions } from './allow-list.ts';
import { repositoryAt } from './repository.ts';

/** Settings of plain Git servers, already parsed. */
export type PlainGitOptions = GitServerOptions & {
  /** Whose name commits carry; the product's when absent. */
  readonly gitAuthor?: GitAuthor;
};

/** What the host is given. */
export interface PlainGitDeps {
  readonly server: GitServer;
  /** Called with each password before it is used; all stay valid as long as the process lives. */
  readonly registerSecret: (secret: string) => void;
}

/** A plain Git server as a host. */
export type PlainGitHost = GitSide & { commitAuthor(near?: RepoRef): Promise<GitAuthor> };

/**
 * Any server that speaks Git over HTTPS, as a host that has nothing else: no people, so nobody has a role there, and no threads,
 * checks or proposed changes. Only what the operator allows is reached, asked anew each time, so that what is taken from the list
 * is out of reach from the next start on.
 */
export function createPlainGit(options: PlainGitOptions, { server, registerSecret }: PlainGitDeps): PlainGitHost {
  const { isAllowed, credentialFor } = createAllowList(options);
  for (const { password } of options.credentials.values()) registerSecret(password);
  const accessTo = (repo: RepoRef): GitAccess => {
    const url = fullName(repo);
    if (!isAllowed(url)) throw new AppError('denied', `${url} is not below an address in GIT_HOSTS`);
    const credential = credentialFor(url);
    if (credential === undefined) throw new AppError('denied', `GIT_CREDENTIALS has nothing for ${url}`);
    return { url, username: credential.username, token: credential.password };
  };
  const headOfDefault = async (repo: RepoRef): Promise<{ ref: string; sha: string }> => {
    const head = await server.defaultBranch(accessTo(repo));
    if (head === undefined) throw new AppError('conflict', `${fullName(repo)} has no commit yet`);
    return head;
  };
  return {
    async findRepository(_provider, name) {
      const repo = repositoryAt(name);
      if (repo !== undefined) await server.provePushable(accessTo(repo));
      return repo;
    },
    async baseOf(repo, { kind }) {
      if (kind === 'pull') throw new AppError('invalid', 'A plain Git server has no pull requests');
      return { ...(await headOfDefault(repo)), fork: false };
    },
    branchHead: async (repo, branch) => server.headOf(accessTo(repo), branch),
    async readDefaultBranchFile(repo, path, bytesMax) {
      const access = accessTo(repo);
      return server.readFile({ repo, access }, { ...(await headOfDefault(repo)), path }, bytesMax);
    },
    gitAccess: async (repo) => accessTo(repo),
    revoke: async () => undefined,
    roleOf: async () => 'none',
    commitAuthor: async () => options.gitAuthor ?? AUTHOR,
  };
}

/** No address of ours is known to a server without accounts; the domain leads nowhere (RFC 2606, 2). */
const AUTHOR: GitAuthor = { name: 'AstraForge', email: 'astraforge@noreply.invalid' };
