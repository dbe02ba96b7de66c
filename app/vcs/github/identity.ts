import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { Actor } from '#core/domain/repo.ts';
import { PAGE_ITEMS } from './api.ts';
import { mintToken, type MintDeps } from './auth.ts';
import type { Clients } from './client.ts';
import { toGitHubError, unreadableAnswer, type Call } from './errors.ts';
import type { GitHubOptions } from './options.ts';

const App = z.object({ slug: z.string().min(1) });
const Installations = z.array(z.object({ id: z.number(), suspended_at: z.string().nullish() }));
const Account = z.object({ id: z.number(), login: z.string(), type: z.string() });

/** What finding ourselves needs. */
export interface IdentityDeps extends MintDeps {
  readonly clients: Clients;
}

/** Who we are on GitHub. */
export interface GitHubIdentity {
  /** The App's bot account. Asked once and remembered; a failure is not. Throws AppError, `missing` while the App is installed nowhere. */
  self(): Promise<Actor>;
  /** Name and address for commits: as configured, or those by which GitHub shows the bot account as author. */
  commitAuthor(): Promise<{ name: string; email: string }>;
}

/**
 * Finds the App's bot account: `GET /app` and `GET /app/installations` as the App (no permission needed), then
 * `GET /users/{slug}[bot]` with a token of any installation, metadata:read. That last one takes no JWT, and
 * without credentials it is limited to 60 an hour per address and refused by a private GitHub Enterprise Server:
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export function createIdentity(
  options: Pick<GitHubOptions, 'webUrl' | 'gitAuthor'>,
  deps: IdentityDeps,
): GitHubIdentity {
  let found: Promise<Actor> | undefined;
  const self = (): Promise<Actor> => {
    found ??= findSelf(deps).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
  return {
    self,
    async commitAuthor() {
      if (options.gitAuthor) return options.gitAuthor;
      const { id, login } = await self();
      return { name: login, email: `${id}+${login}@users.noreply.${new URL(options.webUrl).hostname}` };
    },
  };
}

async function findSelf(deps: IdentityDeps): Promise<Actor> {
  const action = 'finding our own account on GitHub';
  const ask = <T>(answer: z.ZodType<T>, sent: Promise<{ data: unknown }>): Promise<T> =>
    readAnswer(sent, { answer, action, now: deps.now });
  const { slug } = await ask(App, deps.app.rest.apps.getAuthenticated());
  const installations = await ask(Installations, deps.app.rest.apps.listInstallations({ per_page: PAGE_ITEMS }));
  const installation = installations.find(({ suspended_at: suspendedAt }) => !suspendedAt);
  if (!installation) throw new AppError('missing', `${action} failed: the App is not installed anywhere yet`);
  const { token } = await mintToken(deps, {
    installationId: installation.id,
    permissions: { metadata: 'read' },
    action: 'minting a token to find our own account',
  });
  const octokit: Octokit = deps.clients.withToken(token);
  const account = await ask(Account, octokit.rest.users.getByUsername({ username: `${slug}[bot]` }));
  return { id: account.id, login: account.login, bot: account.type === 'Bot' };
}

async function readAnswer<T>(
  sent: Promise<{ data: unknown }>,
  { answer, action, now }: { answer: z.ZodType<T>; action: string; now: () => number },
): Promise<T> {
  const call: Call = { action, write: false };
  const { data } = await sent.catch((error: unknown) => {
    throw toGitHubError(error, call, now());
  });
  const parsed = answer.safeParse(data);
  if (!parsed.success) throw unreadableAnswer(call, parsed.error);
  return parsed.data;
}
