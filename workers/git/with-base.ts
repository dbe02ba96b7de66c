import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { GitAccess } from '#core/ports/host/vcs.ts';
import { fetchBase, type Base, type Fetched } from './fetch-base.ts';
import type { GitSetup } from './git-setup.ts';
import { touchMirror } from './mirror-use.ts';
import { createMirror, discardMirror, findMirror, mirrorPath, type Mirror } from './mirror.ts';
import { assertCommitId, branchRef } from './ref-names.ts';
import type { Upkeep } from './upkeep.ts';

/** Which commit of which repository, and the right by which. */
interface WantedBase {
  readonly repo: RepoRef;
  readonly base: Base;
  readonly access: GitAccess;
}

/**
 * Brings a commit into the mirror and does something with it there. A mirror that turns out to be damaged (anything fails that
 * is not the host's fault) is thrown away and fetched anew, once.
 * Throws AppError `invalid` for what is no commit id or branch name, else as {@link fetchBase} and `use`.
 */
export async function withBase<Value>(
  setup: GitSetup & { upkeep: Upkeep },
  want: WantedBase,
  use: (path: string, fetched: Fetched) => Promise<Value>,
): Promise<Value> {
  const { repo, base } = want;
  assertCommitId(base.sha);
  branchRef(base.ref);
  const path = mirrorPath(setup, repo);
  const seen: { mirror?: Mirror } = {};
  const attempt = async (): Promise<Value> => {
    const fetched = await setup.exclusive(`${path}.lock`, async () => {
      await touchMirror(setup, path);
      seen.mirror = (await findMirror(path)) ?? (await createMirror(setup, path));
      return fetchBase(setup, path, want);
    });
    const value = await use(path, fetched);
    if (fetched.changed) setup.upkeep.afterFetch(path, base.sha);
    return value;
  };
  try {
    return await attempt();
  } catch (error) {
    const { mirror } = seen;
    if (mirror === undefined || !(error instanceof AppError) || error.code !== 'internal') throw error;
    setup.logger.warn({ err: error, repositoryId: repo.id }, 'mirror is damaged, fetching it anew');
    await setup.exclusive(`${path}.lock`, () => discardMirror(setup, mirror));
    return attempt();
  }
}
