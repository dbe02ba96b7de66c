import { withoutTrailingSlash } from '#core/contracts/host-variables.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { DeliveryLog } from '#core/ports/host/delivery-log.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { CiReader, ImageReader, ThreadReader } from '#core/ports/host/thread-reader.ts';
import type { Reviewer } from '#core/ports/host/reviewer.ts';
import type { VcsHost } from '#core/ports/host/vcs.ts';
import type { WordLog } from '#core/ports/host/word-log.ts';
import type { WriteBudget } from '#core/ports/write-budget.ts';
import { createApi } from './wire/api.ts';
import { createTokenSource } from './wire/auth.ts';
import { createBaseReader } from './repository/base.ts';
import { createCheckReporter } from './change/checks.ts';
import { createClients } from './wire/client.ts';
import { createCloner } from './repository/cloner.ts';
import { createCommenter } from './thread/comments.ts';
import { createDeliveryLog } from './inbound/deliveries.ts';
import { createFileReader } from './repository/files.ts';
import { createChangeHistory } from './change/history.ts';
import { createIdentity, type GitHubIdentity } from './wire/identity.ts';
import { createImageReader } from './thread/images.ts';
import { createIssueDesk } from './thread/issues.ts';
import { createCiReader } from './thread/job-logs.ts';
import type { GitHubOptions } from './wire/options.ts';
import { createAuthoriser } from './repository/permissions.ts';
import { createChangeProposer } from './change/pulls.ts';
import { createThreadReader } from './thread/threads.ts';
import { createRepositoryFinder } from './repository/finder.ts';
import { createRepositoryLister } from './repository/repositories.ts';
import { createReviewing } from './change/reviewing.ts';
import { createReviewer } from './change/reviews.ts';
import { createTranslator } from './inbound/translate.ts';
import type { TransportLimits } from './wire/transport.ts';
import { createWords } from './inbound/words.ts';
import { createWrittenWords } from './thread/written-words.ts';

/** What the host is given. */
export interface GitHubDeps {
  readonly logger: Logger;
  /** Called with every token the moment it is minted, before it is used; `expiresAt` is ISO 8601. */
  readonly registerSecret: (secret: string, expiresAt?: string) => void;
  /** Asked before anything is made that notifies people. */
  readonly budget: WriteBudget;
  /** Milliseconds since the epoch; the system's clock when absent. */
  readonly now?: () => number;
  readonly limits?: TransportLimits;
}

/** GitHub as a host, with what only GitHub has. */
export type GitHubHost = VcsHost &
  ThreadReader &
  CiReader &
  ImageReader &
  Reviewer &
  DeliveryLog &
  WordLog &
  Pick<GitHubIdentity, 'commitAuthor'>;

/**
 * Puts GitHub (github.com or an Enterprise Server) together: the side that talks and holds the App's key. Opens no
 * connection and asks nothing.
 */
export function createGitHub(options: GitHubOptions, deps: GitHubDeps): GitHubHost {
  const { appId } = options;
  const apiUrl = withoutTrailingSlash(options.apiUrl);
  const webUrl = withoutTrailingSlash(options.webUrl);
  const { logger, registerSecret, budget, now = Date.now, limits = {} } = deps;
  const clients = createClients({ ...options, apiUrl }, { logger, limits });
  const minting = { app: clients.asApp(), registerSecret, now };
  const tokens = createTokenSource(minting);
  const api = createApi({ clients, tokens, budget, logger, now });
  const identity = createIdentity({ ...options, webUrl }, { ...minting, clients, tokens });
  const ourselves = { api, self: (near?: RepoRef) => identity.self(near) };
  const parts = { clients, tokens, budget, logger, limits, registerSecret, now };
  const second = options.reviewer && createReviewing(options.reviewer, { apiUrl, webUrl }, parts);
  return {
    ...createAuthoriser(api),
    ...createBaseReader(api),
    ...createFileReader(api),
    ...createCloner({ tokens, clients, webUrl, now }),
    ...createCheckReporter(api, appId),
    ...createCommenter({ ...ourselves, webUrl }),
    ...createIssueDesk(ourselves),
    ...createChangeProposer(api),
    ...createChangeHistory(api),
    ...createThreadReader(api),
    ...createCiReader({ api, appId, webUrl }),
    ...createImageReader({ api, webUrl }),
    ...createReviewer(second ?? ourselves),
    ...createDeliveryLog({ app: minting.app, now }),
    ...createRepositoryLister({ ...minting, clients }),
    ...createRepositoryFinder({ ...minting, clients }),
    ...createWrittenWords(api),
    ...createWords(api),
    ...identity,
    reviewer: async (near) => second?.self(near),
    translate: createTranslator({ appId }),
  };
}
