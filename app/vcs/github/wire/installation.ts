import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import { toGitHubError, unreadableAnswer } from './errors.ts';

const Installation = z.object({ id: z.number().int().positive() });

/**
 * The installation of our App that reaches a repository now, by its name, or by a former name, from which GitHub leads
 * on. Asked as the App (`GET /repos/{owner}/{repo}/installation`, no permission needed). Undefined when there is none or
 * GitHub does not say: whoever asks has an error of their own to tell.
 */
export async function installationNow(deps: { readonly app: Octokit }, repo: RepoRef): Promise<number | undefined> {
  try {
    const { data } = await deps.app.rest.apps.getRepoInstallation({ owner: repo.owner, repo: repo.name });
    return Installation.safeParse(data).data?.id;
  } catch {
    return undefined;
  }
}

/**
 * The installation of an App on a repository that names the installation of another App. Permissions: as
 * {@link installationNow}.
 * @throws AppError `denied` when the App is not installed there, in words that say what to do; as reads otherwise.
 */
export async function installationOf(deps: { readonly app: Octokit; readonly now: () => number }, repo: RepoRef) {
  const call = { action: `finding the installation of the reviewing App on ${fullName(repo)}`, write: false };
  const asked = deps.app.rest.apps.getRepoInstallation({ owner: repo.owner, repo: repo.name });
  const { data } = await asked.catch((thrown: unknown) => {
    const error = toGitHubError(thrown, call, deps.now());
    if (error.code !== 'missing') throw error;
    const message = `The App that reviews (REVIEWER_APP_ID) is not installed on ${fullName(repo)}`;
    throw new AppError('denied', message, { cause: error });
  });
  const answer = Installation.safeParse(data);
  if (!answer.success) throw unreadableAnswer(call, answer.error);
  return answer.data.id;
}
