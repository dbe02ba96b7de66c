import { withoutTrailingSlash } from '#core/contracts/host-variables.ts';
import type { DeliveryLog } from '#core/ports/host/delivery-log.ts';
import type { Reviewer } from '#core/ports/host/reviewer.ts';
import type { CommitCommenter, ContextReader, VcsHost } from '#core/ports/host/vcs.ts';
import type { WordLog } from '#core/ports/host/word-log.ts';
import { createApi } from './wire/api.ts';
import { createBaseReader } from './repository/base.ts';
import { createClient } from './wire/client.ts';
import { createCloner } from './repository/cloner.ts';
import { createCommitCommenter } from './change/commit-comments.ts';
import { createConfirmer } from './inbound/confirm.ts';
import { createDeliveryLog } from './inbound/deliveries.ts';
import { createDownloads } from './wire/downloads.ts';
import { createFileReader } from './repository/files.ts';
import { createChangeHistory } from './change/history.ts';
import { createGraphql } from './wire/graphql.ts';
import { createIdentity, type GitLabIdentity } from './wire/identity.ts';
import { createImageReader } from './thread/images.ts';
import { createIssueDesk } from './thread/issues.ts';
import { createCiReader } from './thread/job-logs.ts';
import { createAuthoriser } from './repository/members.ts';
import { createChangeProposer } from './change/merge-requests.ts';
import { createCommenter } from './thread/notes.ts';
import type { GitLabOptions } from './wire/options.ts';
import { createProjectFilter } from './repository/projects.ts';
import { createRepositoryFinder } from './repository/finder.ts';
import { createRepositoryLister } from './repository/repositories.ts';
import { createReviewer, PUBLISH_TIMEOUT_MS } from './change/reviews.ts';
import { createCheckReporter } from './change/statuses.ts';
import { createThreadReader } from './thread/threads.ts';
import { createTranslator } from './inbound/translate.ts';
import type { TransportLimits } from './wire/transport.ts';
import { createWords } from './inbound/words.ts';
import { createWrittenWords } from './thread/written-words.ts';

/** What the host is given. */
export interface GitLabDeps {
  /** Called with the token before it is used; it stays valid as long as the process lives. */
  readonly registerSecret: (secret: string) => void;
  /** Milliseconds since the epoch; the system's clock when absent. */
  readonly now?: () => number;
  readonly limits?: TransportLimits;
}

/** GitLab as a host, with what not every host has. */
export type GitLabHost = VcsHost &
  CommitCommenter &
  Reviewer &
  WordLog &
  DeliveryLog &
  Required<ContextReader> &
  Pick<GitLabIdentity, 'commitAuthor'>;

/**
 * Puts GitLab (gitlab.com or self-managed) together: the side that talks and holds the token. Opens no connection and
 * asks nothing.
 */
export function createGitLab(options: GitLabOptions, deps: GitLabDeps): GitLabHost {
  const { registerSecret, now = Date.now, limits = {} } = deps;
  const url = withoutTrailingSlash(options.url);
  const isOurs = createProjectFilter(options.projects);
  const speakingAs = (token: string) => {
    registerSecret(token);
    const apiWithin = (timeouts: TransportLimits) =>
      createApi({ client: createClient({ token, url }, timeouts), isOurs, now });
    const api = apiWithin(limits);
    const identity = createIdentity(api, { ...options, url });
    const speaking = { api, self: () => identity.self(), webUrl: url };
    const publishing = apiWithin({ timeoutMs: PUBLISH_TIMEOUT_MS, ...limits });
    return { ...speaking, identity, publishing, commenter: createCommenter(speaking) };
  };
  const speaking = speakingAs(options.token);
  const { api, identity, self } = speaking;
  const projects = createRepositoryLister(api, isOurs);
  const authoriser = createAuthoriser(api, now);
  const graphql = createGraphql({ ...options, url }, limits);
  const openFile = createDownloads({ ...options, url }, isOurs);
  // Reviews are said by it, and by the first account only where there is no second one.
  const second = options.reviewerToken === undefined ? undefined : speakingAs(options.reviewerToken);
  return {
    ...authoriser,
    ...createRepositoryFinder(api, isOurs, { ...authoriser, ...identity }),
    ...createBaseReader(api),
    ...createFileReader(api),
    ...createCloner({ ...options, url }, isOurs),
    ...createCheckReporter(speaking),
    ...speaking.commenter,
    ...createCommitCommenter(speaking),
    ...createIssueDesk(speaking),
    ...createChangeProposer(api),
    ...createChangeHistory(api),
    ...createThreadReader({ api, graphql, self }),
    ...createCiReader({ api, openFile, self }),
    ...createImageReader({ api, openFile, webUrl: url }),
    ...identity,
    reviewer: async () => second?.self(),
    ...createConfirmer(api),
    ...projects,
    ...createDeliveryLog({ api, projects, webhookUrl: options.webhookUrl, now }),
    ...createWrittenWords(api),
    ...createWords(api),
    ...createReviewer(second ?? speaking),
    translate: createTranslator(isOurs),
  };
}
