import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { HostCall } from '#core/domain/host/host-call.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { RepoName } from './client.ts';
import { toGitHubError, unreadableAnswer } from './errors.ts';
import { GRANTS, type Grant, type Purpose } from '../repository/grants.ts';
import { installationNow } from './installation.ts';
import { Name } from '../inbound/payloads.ts';

/** A cached token is not handed out in its last five minutes, so that none expires between check and use. */
const EXPIRY_MARGIN_MS = 5 * 60_000;

/** Purposes × repositories in use at a time; a token beyond that is minted again when needed. */
const CACHED_TOKENS_MAX = 1_000;

const TokenAnswer = z.object({
  token: z.string().min(1),
  expires_at: z.iso.datetime({ offset: true }),
  /** Given when the token was asked for single repositories, by their numbers. */
  repositories: z.array(z.object({ id: z.number(), name: Name, owner: z.object({ login: Name }) })).optional(),
});

/** An installation token as minted. `expiresAt` is ISO 8601, `mintedAtMs` milliseconds since the epoch. */
export interface Minted {
  readonly token: string;
  readonly expiresAt: string;
  readonly mintedAtMs: number;
  /** What the one repository was called then, whatever it was called when it was asked for. */
  readonly repo?: RepoName;
}

/** What minting needs. `now`: milliseconds since the epoch. `registerSecret` makes the redactor know the token. */
export interface MintDeps {
  readonly app: Octokit;
  readonly registerSecret: (secret: string, expiresAt?: string) => void;
  readonly now: () => number;
}

/** Hands out installation tokens, each narrowed to one repository and one purpose. */
export interface TokenSource {
  /** The cached token, or a new one; callers at the same moment share one request. */
  take(repo: RepoRef, purpose: Purpose): Promise<Minted>;
  /** Forgets a token GitHub turned away; a newer one that took its place stays. */
  drop(repo: RepoRef, purpose: Purpose, refused: Minted): void;
  /** A new token that nobody else holds, so that it may be revoked after use. */
  mint(repo: RepoRef, purpose: Purpose): Promise<Minted>;
}

/**
 * Tokens by `POST /app/installations/{id}/access_tokens`, as the App itself, which needs no permission.
 * Minting leaves nothing on GitHub that outlives the hour, so a failure is `unavailable` and never `ambiguous`;
 * `denied` when the installation does not grant what the purpose needs, `missing` when there is no such installation.
 * `installationFor`: where repositories name the installation of another App than this one.
 */
export function createTokenSource(
  deps: MintDeps,
  installationFor: (repo: RepoRef) => Promise<number> = async ({ installationId }) => installationId,
): TokenSource {
  const cache = new Map<string, CacheEntry>();
  const mint = async (repo: RepoRef, purpose: Purpose): Promise<Minted> =>
    mintWhereItIs(deps, repo, {
      installationId: await installationFor(repo),
      repositoryId: repo.id,
      permissions: GRANTS[purpose],
      action: `minting a token for ${purpose} of ${fullName(repo)}`,
    });
  return {
    mint,
    take(repo, purpose) {
      const key = cacheKey(repo, purpose);
      const entry = cache.get(key);
      if (entry && !isStale(entry, deps.now())) return entry.pending;
      return remember(cache, key, mint(repo, purpose));
    },
    drop(repo, purpose, refused) {
      const key = cacheKey(repo, purpose);
      if (cache.get(key)?.minted === refused) cache.delete(key);
    },
  };
}

/** What a token is asked for. Without `repositoryId` it reaches every repository of the installation. */
export interface TokenRequest {
  readonly installationId: number;
  readonly repositoryId?: number;
  readonly permissions: Grant;
  readonly action: string;
}

/** Mints one token and has the redactor learn it before anybody else sees it. Errors as {@link createTokenSource}. */
export async function mintToken(deps: MintDeps, request: TokenRequest): Promise<Minted> {
  const call: HostCall = { action: request.action, write: false };
  const { data } = await deps.app.rest.apps
    .createInstallationAccessToken({
      installation_id: request.installationId,
      permissions: request.permissions,
      ...(request.repositoryId === undefined ? {} : { repository_ids: [request.repositoryId] }),
    })
    .catch((error: unknown) => {
      throw mintFailure(toGitHubError(error, call, deps.now()), request);
    });
  const answer = TokenAnswer.safeParse(data);
  if (!answer.success) throw unreadableAnswer(call, answer.error);
  deps.registerSecret(answer.data.token, answer.data.expires_at);
  const { token, expires_at: expiresAt, repositories = [] } = answer.data;
  const named = repositories.find(({ id }) => id === request.repositoryId);
  const minted = { token, expiresAt, mintedAtMs: deps.now() };
  return named === undefined ? minted : { ...minted, repo: { owner: named.owner.login, name: named.name } };
}

/** Mints in the installation that is known, or in the one that reaches the repository since it was transferred. */
async function mintWhereItIs(deps: MintDeps, repo: RepoRef, request: TokenRequest): Promise<Minted> {
  try {
    return await mintToken(deps, request);
  } catch (error) {
    if (!(error instanceof AppError) || (error.code !== 'missing' && error.code !== 'denied')) throw error;
    const installationId = await installationNow(deps, repo);
    if (installationId === undefined || installationId === request.installationId) throw error;
    // By its number: what has the former name by now may be something else, and then this is refused.
    return mintToken(deps, { ...request, installationId });
  }
}

// GitHub answers 422 when more is asked for than was granted: nothing is wrong with the request, an owner has to act.
function mintFailure(error: AppError, { action, permissions }: TokenRequest): AppError {
  if (error.code !== 'invalid') return error;
  const wanted = Object.entries(permissions).map(([name, level]) => `${name}: ${level}`);
  const message = `${action} failed: the installation does not grant ${wanted.join(', ')} on this repository`;
  return new AppError('denied', message, { cause: error, context: error.context });
}

interface CacheEntry {
  readonly pending: Promise<Minted>;
  /** Undefined while the request is under way. */
  minted: Minted | undefined;
}

function isStale({ minted }: CacheEntry, nowMs: number): boolean {
  return minted !== undefined && Date.parse(minted.expiresAt) - EXPIRY_MARGIN_MS <= nowMs;
}

function remember(cache: Map<string, CacheEntry>, key: string, pending: Promise<Minted>): Promise<Minted> {
  const entry: CacheEntry = { pending, minted: undefined };
  cache.delete(key);
  cache.set(key, entry);
  void settle(entry, () => {
    if (cache.get(key) === entry) cache.delete(key);
  });
  const [oldest] = cache.keys();
  if (cache.size > CACHED_TOKENS_MAX && oldest !== undefined) cache.delete(oldest);
  return pending;
}

async function settle(entry: CacheEntry, forget: () => void): Promise<void> {
  try {
    entry.minted = await entry.pending;
  } catch {
    forget();
  }
}

function cacheKey(repo: RepoRef, purpose: Purpose): string {
  // With the name, so that whoever knows a newer one is not handed a token from before.
  return `${repo.installationId}/${repo.id}/${fullName(repo)}/${purpose}`;
}
