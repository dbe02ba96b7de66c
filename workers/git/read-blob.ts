import { AppError } from '#core/domain/errors.ts';
import type { GitSetup } from './git-setup.ts';
import { mustSucceed } from './git.ts';

/** Which file of which commit, and how large it may be. */
interface WantedBlob {
  readonly sha: string;
  readonly path: string;
  readonly bytesMax: number;
}

/** `<mode> SP <type> SP <id> SP <size>` TAB path (git-ls-tree(1), `--long`). */
const ENTRY = /^\d+ (\w+) ([0-9a-f]{40}) +(\d+|-)\t/;

/**
 * Text of a file in a commit of the mirror at `path`; undefined when there is none, or a directory or submodule. Throws AppError
 * `invalid` above `bytesMax`, `internal` when the mirror lacks what it should have.
 */
export async function readBlob(
  { git }: GitSetup,
  mirror: string,
  { sha, path, bytesMax }: WantedBlob,
): Promise<string | undefined> {
  const action = `Reading ${path}`;
  const args = ['ls-tree', '-z', '--long', '--full-tree', sha, '--', path];
  const listed = mustSucceed(await git(mirror, { args }), action).stdout.toString('utf8');
  const [, type, id = '', size] = ENTRY.exec(listed) ?? [];
  if (type !== 'blob') return undefined;
  if (Number(size) > bytesMax) throw new AppError('invalid', `${path} is larger than ${bytesMax} bytes`);
  return mustSucceed(await git(mirror, { args: ['cat-file', 'blob', id] }), action).stdout.toString('utf8');
}
