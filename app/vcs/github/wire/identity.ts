import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { HostCall } from '#core/domain/host/host-call.ts';
import type { Actor, RepoRef } from '#core/domain/host/repo.ts';
import { PAGE_ITEMS } from './api.ts';
import { mintToken, type MintDeps, type TokenSource } from './auth.ts';
import type { Clients } from './client.ts';
import { toGitHubError, unreadableAnswer } from './errors.ts';
import type { GitHubOptions } from './options.ts';

const App = z.object({ slug: z.string().min(1) });
const Installations = z.array(z.object({ id: z.number(), suspended_at: z.string().nullish() }));
const Account = z.object({ id: z.number(), login: z.string(), type: z.string() });

const ACTION = 'finding our own account on GitHub';

/** What finding ourselves needs. */
export interface IdentityDeps extends MintDeps {
  readonly clients: Clients;
  readonly tokens: TokenSource;
}

/** Who we are on GitHub. `near` is any repository at hand: it spares the search for an installation to ask through. */
export interface GitHubIdentity {
  /**
   * The App's bot account, asked once and remembered; a failure is not. Throws AppError, `missing` when no repository
   * was given and the App is installed nowhere.
   */
  self(near?: RepoRef): Promise<Actor>;
  /** Name and address for commits: as configured, or those by which GitHub shows the bot account as author. */
  commitAuthor(near?: RepoRef): Promise<{ name: string; email: string }>;
}

/**
 * Finds the App's bot account: its slug by `GET /app` as the App (no permission needed), then `GET /users/{slug}[bot]`
 * with an installation token, metadata:read. That one takes no JWT; without credentials it is limited to 60 an hour per
 * address and refused by a private GitHub Enterprise Server:
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export function createIdentity(
  options: Pick<GitHubOptions, 'webUrl' | 'gitAuthor'>,
  deps: IdentityDeps,
): GitHubIdentity {
  let found: Promise<Actor> | undefined;
  const self = (near?: RepoRef): Promise<Actor> => {
    found ??= findSelf(deps, near).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
  return {
    self,
    async commitAuthor(near) {
      if (options.gitAuthor) return options.gitAuthor;
      const { id, login } = await self(near);
      return { name: login, email: `${id}+${login}@users.noreply.${new URL(options.webUrl).hostname}` };
    },
  };
}

async function findSelf(deps: IdentityDeps, near: RepoRef | undefined): Promise<Actor> {
  const { slug } = await ask(deps, App, deps.app.rest.apps.getAuthenticated());
  const { token } = near ? await deps.tokens.take(near, 'roles') : await mintAnywhere(deps);
  const { users } = deps.clients.withToken(token).rest;
  const account = await ask(deps, Account, users.getByUsername({ username: `${slug}[bot]` }));
  return { id: account.id, login: account.login, bot: account.type === 'Bot' };
}

/** A token of any installation that is not suspended (`GET /app/installations`, as the App), metadata:read. */
async function mintAnywhere(deps: IdentityDeps): Promise<{ token: string }> {
  const installations = await ask(deps, Installations, deps.app.rest.apps.listInstallations({ per_page: PAGE_ITEMS }));
  const installation = installations.find(({ suspended_at: suspendedAt }) => !suspendedAt);
  if (!installation) throw new AppError('missing', `${ACTION} failed: the App is not installed anywhere yet`);
  const permissions = { metadata: 'read' } as const;
  return mintToken(deps, { installationId: installation.id, permissions, action: `minting a token for ${ACTION}` });
}

async function ask<T>(deps: IdentityDeps, answer: z.ZodType<T>, sent: Promise<{ data: unknown }>): Promise<T> {
  const call: HostCall = { action: ACTION, write: false };
  const { data } = await sent.catch((error: unknown) => {
    throw toGitHubError(error, call, deps.now());
  });
  const parsed = answer.safeParse(data);
  if (!parsed.success) throw unreadableAnswer(call, parsed.error);
  return parsed.data;
}
