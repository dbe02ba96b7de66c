import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type { RepoRef } from '#core/domain/repo.ts';

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
