import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import type { RepositoryRecord } from './records.ts';
import type { GitHubStandIn } from './stand-in.ts';

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Octokit as our App, by JWT. */
export function octokitAsApp(github: GitHubStandIn): Octokit {
  const auth = { appId: github.app.id, privateKey: github.app.privateKey };
  return new Octokit({ baseUrl: github.apiUrl, authStrategy: createAppAuth, auth, log: SILENT });
}

/** Octokit as the App's installation on a repository's owner; it fetches its own token. */
export function octokitOn(github: GitHubStandIn, repository: RepositoryRecord): Octokit {
  const { id: appId, privateKey } = github.app;
  const auth = { appId, privateKey, installationId: installationOf(repository) };
  return new Octokit({ baseUrl: github.apiUrl, authStrategy: createAppAuth, auth, log: SILENT });
}

/** Octokit with a token as it is (undefined: anonymous): no renewal and no retry after 401. */
export function octokitWith(github: GitHubStandIn, token: string | undefined): Octokit {
  return new Octokit({ baseUrl: github.apiUrl, log: SILENT, ...(token === undefined ? {} : { auth: token }) });
}

/** The installation id of a repository on which the App is installed; throws otherwise. */
export function installationOf(repository: RepositoryRecord): number {
  if (repository.installationId === undefined) throw new Error(`the App is not installed on ${repository.fullName}`);
  return repository.installationId;
}
