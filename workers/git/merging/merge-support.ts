import { AppError } from '#core/domain/errors.ts';
import type { GitSetup } from '../git-setup.ts';
import { mustSucceed } from '../git.ts';

/** `git merge-tree --write-tree` came with this release (its release notes, "UI, Workflows & Features"). */
const GIT_MIN = { major: 2, minor: 38 };

/**
 * A check that this machine's git can merge without a working tree. Asks git until it once could, and never again.
 * Throws AppError `unavailable`, saying what to install, when git is older.
 */
export function createMergeSupport({ git, directory }: Pick<GitSetup, 'git' | 'directory'>): () => Promise<void> {
  let supported = false;
  return async () => {
    if (supported) return;
    const exit = mustSucceed(await git(directory, { args: ['version'] }), 'Asking Git for its version');
    const [, version = 'unknown', major, minor] = /(([0-9]+)\.([0-9]+)\S*)/.exec(exit.stdout.toString('utf8')) ?? [];
    const newer = Number(major) > GIT_MIN.major;
    if (!newer && !(Number(major) === GIT_MIN.major && Number(minor) >= GIT_MIN.minor)) {
      const needed = `Merging needs Git ${GIT_MIN.major}.${GIT_MIN.minor} or newer on the workers`;
      throw new AppError('unavailable', `${needed}; this is ${version}. Install a newer Git and try again`);
    }
    supported = true;
  };
}
