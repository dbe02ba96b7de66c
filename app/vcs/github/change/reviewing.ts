import type { Actor, RepoRef } from '#core/domain/host/repo.ts';
import type { Logger } from '#core/ports/runtime.ts';
import { createApi, type Api, type ApiDeps } from '../wire/api.ts';
import { createTokenSource, type MintDeps } from '../wire/auth.ts';
import { createClients } from '../wire/client.ts';
import { createIdentity } from '../wire/identity.ts';
import { installationOf } from '../wire/installation.ts';
import type { AppKey, GitHubOptions } from '../wire/options.ts';
import type { TransportLimits } from '../wire/transport.ts';

/** What a second App needs of the first: its way to GitHub, and its tokens to look an account up with. */
export type ReviewingDeps = Omit<MintDeps, 'app'> &
  ApiDeps & { readonly logger: Logger; readonly limits: TransportLimits };

/** The second App: how it calls GitHub, and who it is. */
export interface Reviewing {
  readonly api: Api;
  readonly self: (near?: RepoRef) => Promise<Actor>;
}

/**
 * A second App for reviews alone, with a key, tokens and an account of its own. Where it is not installed nothing is
 * reviewed: the first App never takes its place. Its account is looked up with a token of the first App, so that it is known
 * as ours also where it is not installed.
 */
export function createReviewing(
  { appId, privateKey }: AppKey,
  options: Pick<GitHubOptions, 'apiUrl' | 'webUrl'>,
  deps: ReviewingDeps,
): Reviewing {
  const { logger, limits, registerSecret, now, budget } = deps;
  const clients = createClients({ appId, privateKey, apiUrl: options.apiUrl }, { logger, limits });
  const minting = { app: clients.asApp(), registerSecret, now };
  const tokens = createTokenSource(minting, (repo) => installationOf(minting, repo));
  const identity = createIdentity(options, { ...minting, clients: deps.clients, tokens: deps.tokens });
  return {
    api: createApi({ clients, tokens, budget, logger, now }),
    self: (near) => identity.self(near),
  };
}
