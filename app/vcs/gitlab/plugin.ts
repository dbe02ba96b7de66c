import type { VcsHost } from '#core/ports/vcs.ts';
import { createApi } from './api.ts';
import { createBaseReader } from './base.ts';
import { createClient } from './client.ts';
import { createCloner } from './cloner.ts';
import { createFileReader } from './files.ts';
import { createIdentity, type GitLabIdentity } from './identity.ts';
import { createAuthoriser } from './members.ts';
import { createChangeProposer } from './merge-requests.ts';
import { createCommenter } from './notes.ts';
import { withoutTrailingSlash, type GitLabOptions } from './options.ts';
import { createProjectFilter } from './projects.ts';
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

/** What a host is like where hosts differ; facts, so that the core asks for no host by name. */
export interface HostTraits {
  /** Whether the check has no room for the run's log, so that the progress comment has to hold its ends. */
  readonly logInComment: boolean;
  /** Most characters a comment may have. */
  readonly commentCharsMax: number;
  /** What stands before the number of a pull request in text. */
  readonly pullSign: '#' | '!';
}

/** Source of the limit: https://docs.gitlab.com/administration/instance_limits/#size-of-comments-and-descriptions-of-issues-merge-requests-and-epics */
const GITLAB_TRAITS: HostTraits = { logInComment: true, commentCharsMax: 1_000_000, pullSign: '!' };

/** GitLab as a host, with what not every host has. */
export type GitLabHost = VcsHost & Pick<GitLabIdentity, 'commitAuthor'> & { readonly traits: HostTraits };

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
  const identity = createIdentity(api, { ...options, url });
  const speaking = { api, self: () => identity.self(), webUrl: url };
  return {
    ...createAuthoriser(api, now),
    ...createBaseReader(api),
    ...createFileReader(api),
    ...createCloner({ ...options, url }, isOurs),
    ...createCheckReporter(speaking),
    ...createCommenter(speaking),
    ...createChangeProposer(api),
    ...identity,
    translate: createTranslator(isOurs),
    traits: GITLAB_TRAITS,
  };
}
