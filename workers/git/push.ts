import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { GitAccess } from '#core/ports/host/vcs.ts';
import { credentialEnv } from './credentials.ts';
import type { GitSetup } from './git-setup.ts';
import { facts, mustSucceed } from './git.ts';
import { touchMirror } from './mirror-use.ts';
import { mirrorPath } from './mirror.ts';
import { concludePush } from './push-failure.ts';
import { assertCommitId, branchRef } from './ref-names.ts';

const PUSH_TIMEOUT_MS = 5 * 60_000;

interface Target {
  readonly sha: string;
  readonly branch: string;
  readonly from: string | null;
}

/**
 * See Repositories.push. Safe to repeat. The lease says "only if the branch is at `from`", or with an empty expectation
 * "only if it does not exist", which the server itself checks as it moves the branch; a plain push would also move a
 * branch of somebody else forward. A lease alone would let the branch go anywhere, so forward is proven before.
 */
export async function push(
  setup: GitSetup,
  repo: RepoRef,
  { sha, branch, from, access }: Target & { access: GitAccess },
): Promise<void> {
  assertCommitId(sha);
  if (from !== null) assertCommitId(from);
  const ref = branchRef(branch);
  const mirror = mirrorPath(setup, repo);
  await touchMirror(setup, mirror);
  const present = await setup.git(mirror, { args: ['cat-file', '-e', `${sha}^{commit}`] });
  if (present.code !== 0)
    throw new AppError('missing', 'The commit to push is not in the mirror', { context: { lacks: sha } });
  if (from !== null) await assertForward(setup, mirror, { from, sha });
  const exit = await setup.git(mirror, {
    args: [
      ...['push', '--porcelain', '--quiet', '--no-verify', '--no-follow-tags'],
      ...[`--force-with-lease=${ref}:${from ?? ''}`, '--end-of-options', access.url, `${sha}:${ref}`],
    ],
    env: credentialEnv(access, setup.allowProtocols),
    timeoutMs: PUSH_TIMEOUT_MS,
  });
  if (exit.code === 0) return;
  await concludePush(setup, mirror, { exit, sha, ref, from, access });
}

/** A commit that the mirror does not know is in nobody's history there, so it counts as no ancestor. */
async function assertForward(
  { git }: GitSetup,
  mirror: string,
  { from, sha }: { from: string; sha: string },
): Promise<void> {
  const exit = await git(mirror, { args: ['merge-base', '--is-ancestor', from, sha] });
  if (exit.end !== 'exited') mustSucceed(exit, 'Comparing with the branch');
  if (exit.code === 0) return;
  const what = 'The commit to push does not hold what is on the branch, which it would rewrite';
  throw new AppError('invalid', what, { context: { from, sha, ...facts(exit) } });
}
