import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { GitHubOptions } from './options.ts';
import { createTransport, type TransportLimits } from './transport.ts';

const USER_AGENT = 'astraforge/0.1';

// Pinned, because GitHub may move the default: https://docs.github.com/en/rest/about-the-rest-api/api-versions
const API_VERSION = '2022-11-28';

/** How GitHub calls a repository at the moment. */
export type RepoName = Pick<RepoRef, 'owner' | 'name'>;

/** Makes clients of one GitHub; none of them asks anything before it is used. */
export interface Clients {
  /** Speaks as the App itself (a JWT of ten minutes, made per request): only for `/app` and below. */
  asApp(): Octokit;
  /** Speaks with one installation token; every call that names a repository then means `repo`. */
  withToken(token: string, repo?: RepoName): Octokit;
}

/**
 * Clients without automatic retry: `@octokit/rest` has neither the retry nor the throttling plugin that Probot's
 * client has, and neither may be added, since a comment that GitHub stored before answering 502 would be posted
 * again (held by `no-automatic-retry.test.ts`). Every request is bounded by {@link createTransport}.
 */
export function createClients(
  options: Pick<GitHubOptions, 'appId' | 'privateKey' | 'apiUrl'>,
  deps: { logger: Logger; limits?: TransportLimits },
): Clients {
  const log = quietLog(deps.logger);
  const base = {
    baseUrl: options.apiUrl,
    userAgent: USER_AGENT,
    log,
    request: { fetch: createTransport(deps.limits), log },
  };
  const auth = { appId: options.appId, privateKey: options.privateKey };
  const app = pinned(new Octokit({ ...base, authStrategy: createAppAuth, auth }));
  return {
    asApp: () => app,
    withToken: (token, repo) => {
      const octokit = pinned(new Octokit({ ...base, auth: token }));
      return repo === undefined ? octokit : renamed(octokit, repo);
    },
  };
}

function pinned(octokit: Octokit): Octokit {
  octokit.hook.before('request', (options) => {
    options.headers['x-github-api-version'] = API_VERSION;
  });
  return octokit;
}

function renamed(octokit: Octokit, { owner, name }: RepoName): Octokit {
  octokit.hook.before('request', (options) => {
    if (options['owner'] === undefined || options['repo'] === undefined) return;
    options['owner'] = owner;
    options['repo'] = name;
  });
  return octokit;
}

// Octokit logs whole requests at debug and every failure at error; a failure is logged once, where it is decided.
function quietLog(logger: Logger) {
  return {
    debug: () => undefined,
    info: (line: string) => logger.debug({ line }, 'github request'),
    warn: (line: string) => logger.warn({ line }, 'github client warning'),
    error: (line: string) => logger.debug({ line }, 'github request failed'),
  };
}
