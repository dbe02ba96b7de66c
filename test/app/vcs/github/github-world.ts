import { createGitHub, type GitHubDeps, type GitHubHost } from '../../../../app/vcs/github/plugin.ts';
import type { Actor, RepoRef } from '#core/domain/host/repo.ts';
import type { Thread } from '#core/domain/host/inbound.ts';
import { createLogSink, type LogSink } from './log-sink.ts';
import { UNLIMITED } from './unlimited.ts';
import type { IssueRecord, RepositoryRecord, UserRecord } from '../../../fakes/github/records.ts';
import { startGitHub, type GitHubOptions, type GitHubStandIn } from '../../../fakes/github/stand-in.ts';

/**
 * A stand-in with one repository `octo/app`, and the real adapter talking to it over HTTP. Disposing of it throws when
 * anything that was sent or answered departed from GitHub's published description.
 */
export interface GitHubWorld extends AsyncDisposable {
  readonly github: GitHubStandIn;
  readonly host: GitHubHost;
  readonly repository: RepositoryRecord;
  readonly repo: RepoRef;
  /** Head of the default branch `main`. */
  readonly mainSha: string;
  readonly log: LogSink;
  /** Everything given to `registerSecret`, in order. */
  readonly registered: { secret: string; expiresAt: string | undefined }[];
}

/** Starts both. `deps` replaces parts of what the adapter is given. */
export async function startGitHubWorld(
  options: GitHubOptions = {},
  deps: Partial<Pick<GitHubDeps, 'now' | 'limits' | 'budget'>> = {},
): Promise<GitHubWorld> {
  const github = await startGitHub(options);
  const files = { 'README.md': '# app\n' };
  const repository = await github.createRepository({ owner: 'octo', name: 'app', files, private: true });
  const mainSha = (await github.branches(repository)).get('main');
  if (mainSha === undefined) throw new Error('octo/app has no main branch');
  const registered: GitHubWorld['registered'] = [];
  const log = createLogSink();
  const host = createGitHub(
    {
      appId: github.app.id,
      privateKey: github.app.privateKey,
      apiUrl: github.apiUrl,
      webUrl: github.url,
    },
    {
      budget: UNLIMITED,
      ...deps,
      logger: log,
      registerSecret: (secret, expiresAt) => registered.push({ secret, expiresAt }),
    },
  );
  return {
    github,
    host,
    repository,
    repo: repoRef(repository),
    mainSha,
    log,
    registered,
    [Symbol.asyncDispose]: async () => {
      const violations = github.takeViolations();
      await github.close();
      if (violations.length > 0)
        throw new Error(`GitHub's description was departed from: ${JSON.stringify(violations)}`);
    },
  };
}

/** The repository as a webhook would name it. */
export function repoRef(repository: RepositoryRecord): RepoRef {
  const { id, name, owner, installationId = 1 } = repository;
  return { provider: 'github', installationId, id, owner: owner.login, name };
}

/** The account as a webhook would name it. */
export function actorOf(user: UserRecord): Actor {
  return { id: user.id, login: user.login, bot: user.type === 'Bot' };
}

/** The conversation as a webhook would name it. */
export function threadOf(issue: IssueRecord): Thread {
  return { kind: issue.pull ? 'pull' : 'issue', number: issue.number, title: issue.title, body: issue.body };
}
