import type { Logger } from '#core/ports/runtime.ts';
import type { VcsHost } from '#core/ports/vcs.ts';
import { createApi } from './api.ts';
import { createTokenSource } from './auth.ts';
import { createBaseReader } from './base.ts';
import { createCheckReporter } from './checks.ts';
import { createClients } from './client.ts';
import { createCloner } from './cloner.ts';
import { createCommenter } from './comments.ts';
import { createIdentity, type GitHubIdentity } from './identity.ts';
import { requireStrongSecret, withoutTrailingSlash, type GitHubOptions } from './options.ts';
import { createAuthoriser } from './permissions.ts';
import { createChangeProposer } from './pulls.ts';
import { translate } from './translate.ts';
import type { TransportLimits } from './transport.ts';

/** What the host is given. */
export interface GitHubDeps {
  readonly logger: Logger;
  /** Called with every token the moment it is minted, before it is used; `expiresAt` is ISO 8601. */
  readonly registerSecret: (secret: string, expiresAt?: string) => void;
  /** Milliseconds since the epoch; the system's clock when absent. */
  readonly now?: () => number;
  readonly limits?: TransportLimits;
}

/** GitHub as a host, with what only GitHub has. */
export interface GitHubHost extends VcsHost, Pick<GitHubIdentity, 'commitAuthor'> {
  /** Whether `signature` (`X-Hub-Signature-256`) is GitHub's over exactly these bytes. */
  verify(raw: Uint8Array, signature: string): Promise<boolean>;
}

/**
 * Puts GitHub (github.com or an Enterprise Server) together. Opens no connection and asks nothing.
 * @throws AppError `invalid` for a weak webhook secret; everything else was parsed by configuration.
 */
export function createGitHub(options: GitHubOptions, deps: GitHubDeps): GitHubHost {
  requireStrongSecret(options.webhookSecret);
  const { appId, webhookSecret } = options;
  const apiUrl = withoutTrailingSlash(options.apiUrl);
  const webUrl = withoutTrailingSlash(options.webUrl);
  const { logger, registerSecret, now = Date.now, limits = {} } = deps;
  const clients = createClients({ ...options, apiUrl }, { logger, limits });
  const minting = { app: clients.asApp(), registerSecret, now };
  const tokens = createTokenSource(minting);
  const api = createApi({ clients, tokens, now });
  const identity = createIdentity({ ...options, webUrl }, { ...minting, clients, tokens });
  return {
    ...createAuthoriser(api),
    ...createBaseReader(api),
    ...createCloner({ tokens, clients, webUrl, now }),
    ...createCheckReporter(api, appId),
    ...createCommenter({ api, self: (near) => identity.self(near), webUrl }),
    ...createChangeProposer(api),
    ...identity,
    translate,
    verify: lazyVerify(webhookSecret),
  };
}

// Probot is loaded only by a process that verifies: it costs 170 ms and 36 MB, and workers never need it.
function lazyVerify(webhookSecret: string): GitHubHost['verify'] {
  const open = lazily(async () => (await import('./app.ts')).openGitHubDoor({ webhookSecret }));
  return async (raw, signature) => (await open()).verify(raw, signature);
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
