import type { Octokit } from '@octokit/rest';
import type { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/repo.ts';
import type { TokenSource } from './auth.ts';
import type { Clients } from './client.ts';
import { isUnauthorised, toGitHubError, unreadableAnswer, type Call } from './errors.ts';
import type { Purpose } from './grants.ts';

/** One call: on which repository, with which permissions, and what it does in words. */
export interface Target {
  readonly repo: RepoRef;
  readonly purpose: Purpose;
  /** For messages, with its subject: `creating a comment on octo/app#3`. */
  readonly action: string;
}

/** Sends one request with the client it is given. */
export type Send = (octokit: Octokit) => Promise<{ data: unknown }>;

/** Calls GitHub as an installation and hands back only answers of the expected shape. */
export interface Api {
  /** Throws AppError as the port says; never `ambiguous`. */
  read<T>(target: Target, send: Send, answer: z.ZodType<T>): Promise<T>;
  /** Like `read`, and `ambiguous` when GitHub may have acted: no answer, 5xx, or a success that cannot be read. */
  write<T>(target: Target, send: Send, answer: z.ZodType<T>): Promise<T>;
}

/**
 * The one way from this adapter to GitHub. A token that GitHub turns away with 401 is dropped and the call repeated
 * once with a new one. For a write that is safe too: 401 is decided before the request is looked at, so it is certain
 * that nothing was done. Nothing else is ever repeated.
 */
export function createApi(deps: { clients: Clients; tokens: TokenSource; now: () => number }): Api {
  const perform = async (target: Target, send: Send): Promise<unknown> => {
    const { repo, purpose } = target;
    const first = await deps.tokens.take(repo, purpose);
    try {
      return (await send(deps.clients.withToken(first.token))).data;
    } catch (error) {
      if (!isUnauthorised(error)) throw error;
    }
    deps.tokens.drop(repo, purpose, first);
    const second = await deps.tokens.take(repo, purpose);
    return (await send(deps.clients.withToken(second.token))).data;
  };
  const call = async <T>(target: Target & { write: boolean }, send: Send, answer: z.ZodType<T>): Promise<T> => {
    const asked: Call = { action: target.action, write: target.write };
    const data = await perform(target, send).catch((error: unknown) => {
      throw toGitHubError(error, asked, deps.now());
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
