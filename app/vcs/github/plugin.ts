import { withoutTrailingSlash } from '#core/contracts/host-variables.ts';
import type { RepoRef } from '#core/domain/repo.ts';
import type { DeliveryLog } from '#core/ports/delivery-log.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { CiReader, ImageReader, ThreadReader } from '#core/ports/thread-reader.ts';
import type { Reviewer } from '#core/ports/reviewer.ts';
import type { VcsHost } from '#core/ports/vcs.ts';
import type { WordLog } from '#core/ports/word-log.ts';
import type { WriteBudget } from '#core/ports/write-budget.ts';
import { createApi } from './api.ts';
import { createTokenSource } from './auth.ts';
import { createBaseReader } from './base.ts';
import { createCheckReporter } from './checks.ts';
import { createClients } from './client.ts';
import { createCloner } from './cloner.ts';
import { createCommenter } from './comments.ts';
import { createDeliveryLog } from './deliveries.ts';
import { createFileReader } from './files.ts';
import { createIdentity, type GitHubIdentity } from './identity.ts';
import { createImageReader } from './images.ts';
import { createCiReader } from './job-logs.ts';
import type { GitHubOptions } from './options.ts';
import { createAuthoriser } from './permissions.ts';
import { createChangeProposer } from './pulls.ts';
import { createThreadReader } from './threads.ts';
import { createRepositoryLister } from './repositories.ts';
import { createReviewing } from './reviewing.ts';
import { createReviewer } from './reviews.ts';
import { createTranslator } from './translate.ts';
import type { TransportLimits } from './transport.ts';
import { createWords } from './words.ts';
import { createWrittenWords } from './written-words.ts';

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
    ...createChangeProposer(api),
    ...createThreadReader(api),
    ...createCiReader({ api, appId, webUrl }),
    ...createImageReader({ api, webUrl }),
    ...createReviewer(second ?? ourselves),
    ...createDeliveryLog({ app: minting.app, now }),
    ...createRepositoryLister({ ...minting, clients }),
    ...createWrittenWords(api),
    ...createWords(api),
    ...identity,
    reviewer: async (near) => second?.self(near),
    translate: createTranslator({ appId }),
  };
}
