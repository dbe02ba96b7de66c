import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/repo.ts';
import type { Bundle } from '#core/ports/repository.ts';
import type { GitAccess } from '#core/ports/vcs.ts';
import { fetchBase, type Base } from './fetch-base.ts';
import type { GitSetup } from './git-setup.ts';
import { mustSucceed } from './git.ts';
import { createMirror, discardMirror, findMirror, mirrorPath, type Mirror } from './mirror.ts';
import { assertCommitId, branchRef } from './ref-names.ts';
import { openScratch } from './scratch.ts';

const PACK_TIMEOUT_MS = 10 * 60_000;

/**
 * See Repositories.bundle. A mirror that turns out to be damaged (anything fails that is not the host's fault) is
 * thrown away and fetched anew, once.
 */
export async function bundle(setup: GitSetup, repo: RepoRef, want: { base: Base; access: GitAccess }): Promise<Bundle> {
  assertCommitId(want.base.sha);
  branchRef(want.base.ref);
  const path = mirrorPath(setup, repo);
  const seen: { mirror?: Mirror } = {};
  const attempt = async (): Promise<Bundle> => {
    await setup.exclusive(`${path}.lock`, async () => {
      seen.mirror = (await findMirror(path)) ?? (await createMirror(setup, path));
      await fetchBase(setup, path, want);
    });
    return writeBundle(setup, path, want.base);
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

/**
 * Header and pack, as https://git-scm.com/docs/gitformat-bundle has it. Written by hand because `git bundle create`
 * takes the name inside from a ref of the mirror, where two calls would fight over it.
 */
async function writeBundle(setup: GitSetup, mirror: string, base: Base): Promise<Bundle> {
  const scratch = await openScratch(setup.scratch);
  try {
    const ref = branchRef(base.ref);
    const path = join(scratch.path, 'base.bundle');
    const file = await open(path, 'wx', 0o600);
    try {
      await file.write(`# v2 git bundle\n${base.sha} ${ref}\n\n`);
      const exit = await setup.git(mirror, {
        args: ['pack-objects', '--revs', '--stdout', '--delta-base-offset', '-q'],
        stdin: Buffer.from(`${base.sha}\n`),
        stdoutFd: file.fd,
        timeoutMs: PACK_TIMEOUT_MS,
      });
      mustSucceed(exit, 'Packing the repository');
    } finally {
      await file.close();
    }
    const shallow = setup.depthMax === undefined ? [] : await shallowCommits(setup, mirror, base.sha);
    const { size } = await stat(path);
    return { path, ref, sha: base.sha, sizeBytes: size, shallow, [Symbol.asyncDispose]: scratch[Symbol.asyncDispose] };
  } catch (error) {
    await scratch[Symbol.asyncDispose]();
    throw error;
  }
}

async function shallowCommits({ git }: GitSetup, mirror: string, sha: string): Promise<string[]> {
  const cut = await readFile(join(mirror, 'shallow'), 'utf8').catch(() => '');
  if (cut === '') return [];
  const exit = await git(mirror, { args: ['rev-list', '--max-parents=0', sha, '--'] });
  const roots = mustSucceed(exit, 'Reading the history').stdout.toString('utf8').trim().split('\n');
  const cutIds = new Set(cut.trim().split('\n'));
  return roots.filter((root) => cutIds.has(root));
}
