import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/repo.ts';
import type { GitAccess } from '#core/ports/vcs.ts';
import { credentialEnv, withoutSecrets } from './credentials.ts';
import type { GitSetup } from './git-setup.ts';
import { facts, type GitExit } from './git.ts';
import { touchMirror } from './mirror-use.ts';
import { mirrorPath } from './mirror.ts';
import { assertCommitId, branchRef } from './ref-names.ts';
import { remoteError } from './remote-error.ts';

const PUSH_TIMEOUT_MS = 5 * 60_000;
const LOOK_TIMEOUT_MS = 30_000;
const REFUSAL_CHARS_MAX = 600;

interface Target {
  readonly sha: string;
  readonly branch: string;
}

/**
 * See Repositories.push. Safe to repeat. The lease with an empty expectation says "only if the branch does not exist",
 * which the server itself checks; a plain push would also move a branch of somebody else forward.
 * After every failure the branch is looked at before anything is concluded: an answer that got lost is no failure.
 */
export async function push(
  setup: GitSetup,
  repo: RepoRef,
  { sha, branch, access }: Target & { access: GitAccess },
): Promise<void> {
  assertCommitId(sha);
  const ref = branchRef(branch);
  const mirror = mirrorPath(setup, repo);
  await touchMirror(setup, mirror);
  const present = await setup.git(mirror, { args: ['cat-file', '-e', `${sha}^{commit}`] });
  if (present.code !== 0) throw new AppError('missing', 'The commit to push is not in the mirror');
  const exit = await setup.git(mirror, {
    args: [
      ...['push', '--porcelain', '--quiet', '--no-verify', '--no-follow-tags', `--force-with-lease=${ref}:`],
      ...['--end-of-options', access.url, `${sha}:${ref}`],
    ],
    env: credentialEnv(access, setup.allowProtocols),
    timeoutMs: PUSH_TIMEOUT_MS,
  });
  if (exit.code === 0) return;
  await concludeFailure(setup, mirror, { exit, sha, ref, access });
}

async function concludeFailure(
  setup: GitSetup,
  mirror: string,
  failed: { exit: GitExit; sha: string; ref: string; access: GitAccess },
): Promise<void> {
  const { exit, sha, ref, access } = failed;
  const refused = /^!/m.test(exit.stdout.toString('utf8'));
  const failure = refused ? refusal(exit, access) : remoteError(exit, 'Pushing the branch', access);
  if (!refused && failure.code !== 'unavailable') throw failure;
  const found = await lookUp(setup, mirror, { ref, access, failure });
  if (found === sha) return;
  if (found === undefined) throw failure;
  throw new AppError('conflict', 'The branch already exists on the host with other commits', { cause: failure });
}

/** Commit id the branch has on the host now. Throws `failure` when the host cannot be asked: nothing is known then. */
async function lookUp(
  { git, allowProtocols }: GitSetup,
  mirror: string,
  { ref, access, failure }: { ref: string; access: GitAccess; failure: AppError },
): Promise<string | undefined> {
  const exit = await git(mirror, {
    args: ['ls-remote', '--quiet', '--end-of-options', access.url, ref],
    env: credentialEnv(access, allowProtocols),
    timeoutMs: LOOK_TIMEOUT_MS,
  });
  if (exit.code !== 0) throw failure;
  const line = exit.stdout
    .toString('utf8')
    .split('\n')
    .find((each) => each.endsWith(`\t${ref}`));
  return line?.split('\t')[0];
}

/** What the host said, in its words: the reason on the ref's line (git-push(1), OUTPUT) and its hook's lines. */
function refusal(exit: GitExit, access: GitAccess): AppError {
  const reason = /^!\t[^\t]*\t\[[^\]]*\] \((.*)\)$/m.exec(exit.stdout.toString('utf8'))?.[1] ?? 'no reason given';
  const spoken = exit.stderr.split('\n').flatMap((line) => /^remote: (.*)$/.exec(line)?.[1]?.trim() ?? []);
  const words = withoutSecrets([reason, ...spoken].join('; '), access, REFUSAL_CHARS_MAX);
  return new AppError('denied', `The host refused the push: ${words}`, { context: facts(exit) });
}
