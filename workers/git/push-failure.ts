import { AppError } from '#core/domain/errors.ts';
import type { GitAccess } from '#core/ports/host/vcs.ts';
import { credentialEnv, withoutSecrets } from './credentials.ts';
import type { GitSetup } from './git-setup.ts';
import { facts, type GitExit } from './git.ts';
import { remoteError } from './remote-error.ts';

const LOOK_TIMEOUT_MS = 30_000;
const REFUSAL_CHARS_MAX = 600;
/** How git (send-pack, receive-pack, refs) says that somebody else is moving the ref at this very moment, or just has. */
const RACE = /stale info|cannot lock ref|failed to (?:update|lock)|fetch first/;

/** A push that did not end well. */
export interface FailedPush {
  readonly exit: GitExit;
  readonly sha: string;
  readonly ref: string;
  /** Where the branch had to be; null: nowhere. */
  readonly from: string | null;
  readonly access: GitAccess;
}

/**
 * Looks where the branch is before anything is concluded, since an answer that got lost is no failure. Returns when the
 * branch is at `sha`. Otherwise throws AppError: `conflict` with what was found, `missing` when the branch had to be there
 * and is gone, and when it is where it was the reason for the failure: `denied`, `unavailable` or as {@link remoteError}.
 */
export async function concludePush(setup: GitSetup, mirror: string, failed: FailedPush): Promise<void> {
  const { exit, sha, from, access } = failed;
  const refused = /^!/m.test(exit.stdout.toString('utf8'));
  const failure = refused ? refusal(exit, access) : remoteError(exit, 'Pushing the branch', access);
  if (!refused && failure.code !== 'unavailable') throw failure;
  const found = await lookUp(setup, mirror, { ...failed, failure });
  if (found === sha) return;
  if (found === from) throw failure;
  if (found === null) throw new AppError('missing', 'The branch is gone from the host', { cause: failure });
  const what =
    from === null ? 'The branch already exists on the host with other commits' : 'The branch has moved on the host';
  throw new AppError('conflict', what, { cause: failure, context: { found } });
}

/** Commit id the branch has on the host now, or null. Throws `failure` when the host cannot be asked: nothing is known then. */
async function lookUp(
  { git, allowProtocols }: GitSetup,
  mirror: string,
  { ref, access, failure }: FailedPush & { failure: AppError },
): Promise<string | null> {
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
  return line?.split('\t')[0] ?? null;
}

/**
 * What the host said, in its words: the reason on the ref's line (git-push(1), OUTPUT) and its hook's lines. `unavailable`
 * when only the moment was wrong: another push held the branch and may yet come to nothing.
 */
function refusal(exit: GitExit, access: GitAccess): AppError {
  const reason = /^!\t[^\t]*\t\[[^\]]*\] \((.*)\)$/m.exec(exit.stdout.toString('utf8'))?.[1] ?? 'no reason given';
  const spoken = exit.stderr.split('\n').flatMap((line) => /^remote: (.*)$/.exec(line)?.[1]?.trim() ?? []);
  const words = withoutSecrets([reason, ...spoken].join('; '), access, REFUSAL_CHARS_MAX);
  const code = RACE.test(reason) ? 'unavailable' : 'denied';
  return new AppError(code, `The host refused the push: ${words}`, { context: facts(exit) });
}
