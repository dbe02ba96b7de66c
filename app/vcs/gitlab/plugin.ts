import type { Reviewer } from '#core/ports/reviewer.ts';
import type { VcsHost } from '#core/ports/vcs.ts';
import { createApi } from './api.ts';
import { createBaseReader } from './base.ts';
import { createClient } from './client.ts';
import { createCloner } from './cloner.ts';
import { createConfirmer } from './confirm.ts';
import { createFileReader } from './files.ts';
import { createIdentity, type GitLabIdentity } from './identity.ts';
import { createAuthoriser } from './members.ts';
import { createChangeProposer } from './merge-requests.ts';
import { createCommenter } from './notes.ts';
import { withoutTrailingSlash, type GitLabOptions } from './options.ts';
import { createProjectFilter } from './projects.ts';
import { createReviewer, PUBLISH_TIMEOUT_MS } from './reviews.ts';
import { createCheckReporter } from './statuses.ts';
import { createTranslator } from './translate.ts';
import type { TransportLimits } from './transport.ts';

/** What the host is given. */
export interface GitLabDeps {
  /** Called with the token before it is used; it stays valid as long as the process lives. */
  readonly registerSecret: (secret: string) => void;
  /** Milliseconds since the epoch; the system's clock when absent. */
  readonly now?: () => number;
  readonly limits?: TransportLimits;
}

/** GitLab as a host, with what not every host has. */
export type GitLabHost = VcsHost & Reviewer & Pick<GitLabIdentity, 'commitAuthor'>;

/**
 * Puts GitLab (gitlab.com or self-managed) together: the side that talks and holds the token. Opens no connection and
 * asks nothing.
 */
export function createGitLab(options: GitLabOptions, deps: GitLabDeps): GitLabHost {
  const { registerSecret, now = Date.now, limits = {} } = deps;
  const url = withoutTrailingSlash(options.url);
  registerSecret(options.token);
  const isOurs = createProjectFilter(options.projects);
  const api = createApi({ client: createClient({ ...options, url }, limits), isOurs, now });
  const patient = createClient({ ...options, url }, { timeoutMs: PUBLISH_TIMEOUT_MS, ...limits });
  const publishing = createApi({ client: patient, isOurs, now });
  const identity = createIdentity(api, { ...options, url });
  const speaking = { api, self: () => identity.self(), webUrl: url };
  const commenter = createCommenter(speaking);
  return {
    ...createAuthoriser(api, now),
    ...createBaseReader(api),
    ...createFileReader(api),
    ...createCloner({ ...options, url }, isOurs),
    ...createCheckReporter(speaking),
    ...commenter,
    ...createChangeProposer(api),
    ...identity,
    ...createConfirmer(api),
    ...createReviewer({ ...speaking, publishing, commenter }),
    translate: createTranslator(isOurs),
  };
}
