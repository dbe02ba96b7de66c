import type { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { HostCall } from '#core/domain/host/host-call.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { GitLabClient } from './client.ts';
import { toGitLabError, unreadableAnswer } from './errors.ts';
import type { ProjectFilter } from '../repository/projects.ts';

/** One call: on which project, or on none, and what it does in words. */
export interface Target {
  readonly repo: RepoRef | undefined;
  /** For messages, with its subject: `commenting on team/app#3`. */
  readonly action: string;
}

/** Sends one request with the client it is given. */
export type Send = (gitlab: GitLabClient) => Promise<unknown>;

/** Calls GitLab and hands back only answers of the expected shape. Every project is addressed by its number. */
export interface Api {
  /** Throws AppError as the port says; never `ambiguous`. `denied` for a project that is not on the list. */
  read<T>(target: Target, send: Send, answer: z.ZodType<T>): Promise<T>;
  /** Like `read`, and `ambiguous` when GitLab may have acted: no answer, 5xx, or a success that cannot be read. */
  write<T>(target: Target, send: Send, answer: z.ZodType<T>): Promise<T>;
}

/** The one way from this adapter to GitLab. `now`: milliseconds since the epoch. Nothing is ever repeated. */
export function createApi(deps: { client: GitLabClient; isOurs: ProjectFilter; now: () => number }): Api {
  const call = async <T>(target: Target & { write: boolean }, send: Send, answer: z.ZodType<T>): Promise<T> => {
    const { repo, action, write } = target;
    const asked: HostCall = { action, write };
    if (repo && !deps.isOurs(repo)) {
      throw new AppError('denied', `${action} failed: the project is not in GITLAB_PROJECTS`);
    }
    const data = await send(deps.client).catch((error: unknown) => {
      throw toGitLabError(error, asked, deps.now());
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

/** Items per page, the most GitLab gives. */
export const PAGE_ITEMS = 100;
