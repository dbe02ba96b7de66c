import type { Octokit } from '@octokit/rest';
import type { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { HostCall } from '#core/domain/host/host-call.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { Minted, TokenSource } from './auth.ts';
import { closeWhenLimited, takeFromBudget, type BudgetDeps } from './budget.ts';
import type { Clients, RepoName } from './client.ts';
import { failureHeaders, isNotFound, isUnauthorised, toGitHubError, unreadableAnswer } from './errors.ts';
import type { Purpose } from '../repository/grants.ts';
import { wasRedirected } from './transport.ts';

/** One call: on which repository, with which permissions, and what it does in words. */
export interface Target {
  readonly repo: RepoRef;
  readonly purpose: Purpose;
  /** For messages, with its subject: `creating a comment on octo/app#3`. */
  readonly action: string;
  /** It makes something that notifies people, such as a comment: that counts in the installation's write budget. */
  readonly notifies?: boolean;
}

/**
 * Sends one request with the client it is given. The client puts in what the repository is called now; `at` is for where
 * the name stands elsewhere than in `owner` and `repo`.
 */
export type Send = (octokit: Octokit, at: RepoName) => Promise<{ data: unknown; headers?: Record<string, unknown> }>;

/** Calls GitHub as an installation and hands back only answers of the expected shape. */
export interface Api {
  /** Throws AppError as the port says; never `ambiguous`. */
  read<T>(target: Target, send: Send, answer: z.ZodType<T>): Promise<T>;
  /**
   * Like `read`; `limited` before anything is sent when the write budget has nothing left for what notifies; `ambiguous`
   * when GitHub may have acted: no answer, 5xx, or a success that cannot be read.
   */
  write<T>(target: Target, send: Send, answer: z.ZodType<T>): Promise<T>;
}

/** A name as old as this is not doubted when GitHub says that there is no such thing. */
const NAME_FRESH_MS = 60_000;

/** How one attempt ended; `error` is what was thrown. */
type Attempt = { readonly data: unknown } | { readonly error: unknown };

/** What calling needs; `now` in milliseconds since the epoch. */
export interface ApiDeps extends BudgetDeps {
  readonly clients: Clients;
  readonly tokens: TokenSource;
  readonly now: () => number;
}

/**
 * The one way from this adapter to GitHub. What is refused for certain is repeated once: with a new token when GitHub
 * turns one away with 401, and under its new name when the repository was renamed or transferred, which shows in a 404 or
 * in being sent on. For a write that is safe too, because both are decided before anything is done; one that was sent on
 * was done, and is not repeated. Nothing else is ever repeated.
 */
export function createApi(deps: ApiDeps): Api {
  const perform = async (target: Target & { write: boolean }, send: Send): Promise<unknown> => {
    const { repo, purpose } = target;
    const first = await deps.tokens.take(repo, purpose);
    const { attempt, doubt } = await attemptOnce(deps, send, { ...target, token: first });
    if (doubt === undefined) return settled(attempt);
    deps.tokens.drop(repo, purpose, first);
    if (doubt === 'name' && target.write && 'data' in attempt) return attempt.data;
    const second = await deps.tokens.take(repo, purpose);
    if (doubt === 'name' && isSame(nameFor(repo, first), nameFor(repo, second))) return settled(attempt);
    return settled((await attemptOnce(deps, send, { ...target, token: second })).attempt);
  };
  const call = async <T>(target: Target & { write: boolean }, send: Send, answer: z.ZodType<T>): Promise<T> => {
    const asked: HostCall = { action: target.action, write: target.write };
    if (target.notifies) await takeFromBudget(deps, target);
    const data = await perform(target, send).catch(async (thrown: unknown) => {
      const error = toGitHubError(thrown, asked, deps.now());
      await closeWhenLimited(deps, target.repo, error);
      throw error;
    });
    const parsed = answer.safeParse(data);
    if (!parsed.success) throw unreadableAnswer(asked, parsed.error);
    return parsed.data;
  };
  return {
    read: (target, send, answer) => call({ ...target, write: false }, send, answer),
    write: (target, send, answer) => call({ ...target, write: true }, send, answer),
  };
}

async function attemptOnce(
  { clients, now }: { clients: Clients; now: () => number },
  send: Send,
  { repo, token }: { repo: RepoRef; token: Minted },
): Promise<{ attempt: Attempt; doubt: 'token' | 'name' | undefined }> {
  const at = nameFor(repo, token);
  try {
    const { data, headers = {} } = await send(clients.withToken(token.token, at), at);
    return { attempt: { data }, doubt: wasRedirected(headers) ? 'name' : undefined };
  } catch (error) {
    if (isUnauthorised(error)) return { attempt: { error }, doubt: 'token' };
    const isOld = now() - token.mintedAtMs >= NAME_FRESH_MS;
    const isDoubtful = wasRedirected(failureHeaders(error)) || (isOld && isNotFound(error));
    return { attempt: { error }, doubt: isDoubtful ? 'name' : undefined };
  }
}

function settled(attempt: Attempt): unknown {
  if ('error' in attempt) throw attempt.error;
  return attempt.data;
}

function nameFor(repo: RepoRef, token: Minted): RepoName {
  return token.repo ?? { owner: repo.owner, name: repo.name };
}

function isSame(one: RepoName, other: RepoName): boolean {
  return one.owner === other.owner && one.name === other.name;
}

/** Items per page, the most GitHub gives. */
export const PAGE_ITEMS = 100;

/**
 * GitHub's number for a thing, out of the text the ledger keeps it in.
 * @throws AppError `invalid` when the text is no positive whole number, so that it never becomes part of another path.
 */
export function hostId(externalId: string, kind: string): number {
  const id = /^\d+$/.test(externalId) ? Number(externalId) : Number.NaN;
  if (!Number.isSafeInteger(id) || id < 1) throw new AppError('invalid', `${kind} id is not a number of GitHub's`);
  return id;
}
