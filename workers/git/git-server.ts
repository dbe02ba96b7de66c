import { join } from 'node:path';
import { AppError } from '#core/domain/errors.ts';
import type { GitServer } from '#core/ports/host/git-server.ts';
import type { GitAccess } from '#core/ports/host/vcs.ts';
import { credentialEnv } from './credentials.ts';
import type { GitSetup } from './git-setup.ts';
import { mustSucceed, type GitExit } from './git.ts';
import { readBlob } from './read-blob.ts';
import { branchRef } from './ref-names.ts';
import { remoteError } from './remote-error.ts';
import { openScratch } from './scratch.ts';
import type { Upkeep } from './upkeep.ts';
import { withBase } from './with-base.ts';

const ASK_TIMEOUT_MS = 30_000;
const HEADS = 'refs/heads/';
const COMMIT_ID = /^[0-9a-f]{40}$/;
/** Matches no branch of an empty repository, so that git has nothing to send once the server has let it in. */
const NOTHING = `${HEADS}*:${HEADS}*`;

/** The GitServer port by the git command line. */
export function createGitServer(setup: GitSetup & { upkeep: Upkeep }): GitServer {
  return {
    async defaultBranch(access) {
      const told = await askFor(setup, access, 'HEAD');
      const sha = told.find((value) => COMMIT_ID.test(value));
      if (sha === undefined) return undefined;
      const target = told.find((value) => value.startsWith(`ref: ${HEADS}`));
      if (target === undefined) throw new AppError('invalid', 'HEAD of the repository names no branch');
      return { ref: target.slice(`ref: ${HEADS}`.length), sha };
    },
    headOf: async (access, branch) => (await askFor(setup, access, branchRef(branch))).at(-1),
    provePushable: (access) => provePushable(setup, access),
    readFile: ({ repo, access }, { ref, sha, path }, bytesMax) =>
      withBase(setup, { repo, base: { ref, sha }, access }, (mirror) =>
        readBlob(setup, mirror, { sha, path, bytesMax }),
      ),
  };
}

/** What a name stands for on the server: a commit id, and before it `ref: …` where that is by way of another name (git-ls-remote(1)). */
async function askFor(
  { git, allowProtocols, scratch }: GitSetup,
  access: GitAccess,
  name: string,
): Promise<readonly string[]> {
  const exit = await git(join(scratch, 'no-repository'), {
    args: ['ls-remote', '--quiet', '--symref', '--end-of-options', access.url, name],
    env: credentialEnv(access, allowProtocols),
    timeoutMs: ASK_TIMEOUT_MS,
  });
  if (exit.end !== 'exited' || exit.code !== 0) throw failureOf(exit, access);
  return exit.stdout
    .toString('utf8')
    .split('\n')
    .flatMap((line) => (line.endsWith(`\t${name}`) ? [line.slice(0, -name.length - 1)] : []));
}

/**
 * A server decides who may push when it lists its branches for a push (git-http-backend(1), `receive-pack`), which a dry run of
 * nothing asks for and goes no further. From an empty repository, since a mirror has a history of its own.
 */
async function provePushable(setup: GitSetup, access: GitAccess): Promise<void> {
  await using scratch = await openScratch(setup.scratch);
  const empty = join(scratch.path, 'empty.git');
  mustSucceed(await setup.git(empty, { args: ['init', '--quiet', '--bare', '--template='] }), 'Asking to push');
  const exit = await setup.git(empty, {
    args: ['push', '--dry-run', '--porcelain', '--quiet', '--no-verify', '--end-of-options', access.url, NOTHING],
    env: credentialEnv(access, setup.allowProtocols),
    timeoutMs: ASK_TIMEOUT_MS,
  });
  if (exit.end !== 'exited' || exit.code !== 0) throw failureOf(exit, access);
}

/** What is not understood is no damage of ours, since no mirror has a part in it. */
function failureOf(exit: GitExit, access: GitAccess): AppError {
  const error = remoteError(exit, 'Asking the Git server', access);
  if (error.code !== 'internal') return error;
  return new AppError('unavailable', error.message, { cause: error.cause, context: error.context });
}
