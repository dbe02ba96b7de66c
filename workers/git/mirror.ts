import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { GitSetup } from './git-setup.ts';
import { mustSucceed } from './git.ts';
import { markNew } from './mirror-use.ts';
import { openScratch } from './scratch.ts';

/** One bare repository on the worker's disk. `incarnation` changes when it is thrown away and made anew. */
export interface Mirror {
  readonly path: string;
  readonly incarnation: string;
}

/**
 * Where the mirror of a repository lives. The host's number names it, so a rename keeps the mirror and a new repository
 * under an old name gets its own. Throws AppError `invalid` when the id is no positive integer.
 */
export function mirrorPath(setup: GitSetup, repo: RepoRef): string {
  if (!Number.isSafeInteger(repo.id) || repo.id <= 0) throw new AppError('invalid', 'A repository id must be positive');
  const depth = setup.depthMax === undefined ? '' : `-depth-${setup.depthMax}`;
  return join(setup.directory, `${repo.provider}-${repo.id}${depth}.git`);
}

/** The mirror at `path`, or undefined when there is none. */
export async function findMirror(path: string): Promise<Mirror | undefined> {
  try {
    const { ino, birthtimeMs } = await stat(path);
    return { path, incarnation: `${ino}-${birthtimeMs}` };
  } catch {
    return undefined;
  }
}

/** Makes an empty mirror in one step, so that no half-made one is ever seen. The caller holds the lock of `path`. */
export async function createMirror(setup: GitSetup, path: string): Promise<Mirror> {
  await using scratch = await openScratch(setup.scratch);
  const fresh = join(scratch.path, 'fresh.git');
  const init = ['init', '--quiet', '--bare', '--template=', '--object-format=sha1', '--initial-branch=main'];
  mustSucceed(await setup.git(fresh, { args: init }), 'Creating a mirror');
  await markNew(fresh);
  await rename(fresh, path);
  return (await findMirror(path)) ?? createMirror(setup, path);
}

/** Throws a damaged mirror away, unless somebody already did. The caller holds the lock of `mirror.path`. */
export async function discardMirror(setup: GitSetup, mirror: Mirror): Promise<void> {
  if ((await findMirror(mirror.path))?.incarnation !== mirror.incarnation) return;
  await using scratch = await openScratch(setup.scratch);
  const aside = join(scratch.path, 'damaged.git');
  await rename(mirror.path, aside);
  await rm(aside, { recursive: true, force: true });
}
