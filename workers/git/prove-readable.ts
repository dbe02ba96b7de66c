import { join } from 'node:path';
import { AppError } from '#core/domain/errors.ts';
import type { GitAccess } from '#core/ports/host/vcs.ts';
import { credentialEnv } from './credentials.ts';
import type { GitSetup } from './git-setup.ts';
import { branchRef } from './ref-names.ts';
import { remoteError } from './remote-error.ts';

const PROOF_TIMEOUT_MS = 30_000;

/**
 * Asks the host, with this token, for one branch of the repository: proof that whoever holds the token may read it now,
 * since a mirror only shows that somebody could once. Whether the branch is still there does not matter. Runs outside of
 * any repository, so that the state of a mirror has no part in the answer.
 * Throws as {@link remoteError}, but `unavailable` for `internal`: what is not understood is no proof and no damage either.
 */
export async function proveReadable(
  { git, allowProtocols, scratch }: GitSetup,
  { access, ref }: { access: GitAccess; ref: string },
): Promise<void> {
  const exit = await git(join(scratch, 'no-repository'), {
    args: ['ls-remote', '--quiet', '--end-of-options', access.url, branchRef(ref)],
    env: credentialEnv(access, allowProtocols),
    timeoutMs: PROOF_TIMEOUT_MS,
  });
  if (exit.end === 'exited' && exit.code === 0) return;
  const error = remoteError(exit, 'Asking for the repository', access);
  if (error.code !== 'internal') throw error;
  throw new AppError('unavailable', error.message, { cause: error.cause, context: error.context });
}
