import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from '#core/ports/host/repository.ts';
import type { Base } from './fetch-base.ts';
import type { GitSetup } from './git-setup.ts';
import { mustSucceed } from './git.ts';
import { branchRef } from './ref-names.ts';
import { openScratch } from './scratch.ts';

const PACK_TIMEOUT_MS = 10 * 60_000;

/** What is packed, and until when somebody wants it. */
interface Order {
  readonly base: Base;
  readonly signal?: AbortSignal;
}

/**
 * Header and pack, as https://git-scm.com/docs/gitformat-bundle has it. Written by hand because `git bundle create`
 * takes the name inside from a ref of the mirror, where two calls would fight over it. Throws AppError `internal`.
 */
export async function writeBundle(setup: GitSetup, mirror: string, order: Order): Promise<Bundle> {
  const { base, signal } = order;
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
        ...(signal === undefined ? {} : { signal }),
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
