import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { GitSetup } from './git-setup.ts';
import { facts } from './git.ts';
import { touchMirror } from './mirror-use.ts';
import { mirrorPath } from './mirror.ts';
import { assertCommitId } from './ref-names.ts';

const PATHS_MAX = 1_000;

/**
 * See Repositories.blobIds. `ls-tree` takes paths literally and, by `-t`, shows a directory even when something below it
 * was asked for as well. Answers are looked up by path, so a directory's own content is never mistaken for the question.
 */
export async function blobIds(
  setup: GitSetup,
  repo: RepoRef,
  { sha, paths }: { sha: string; paths: readonly string[] },
): Promise<Record<string, string | null>> {
  assertCommitId(sha);
  if (paths.length > PATHS_MAX) throw new AppError('invalid', `More than ${PATHS_MAX} paths were asked for at once`);
  const mirror = mirrorPath(setup, repo);
  await touchMirror(setup, mirror);
  const askable = paths.filter(canBeInTree);
  const found =
    askable.length === 0 ? new Map<string, string>() : await listTree(setup, mirror, [sha, '--', ...askable]);
  return Object.fromEntries(paths.map((path) => [path, found.get(path) ?? null]));
}

/** `<mode> SP <type> SP <id> TAB <path> NUL` (git-ls-tree(1), OUTPUT FORMAT), as a map from path to id. */
async function listTree({ git }: GitSetup, mirror: string, args: readonly string[]): Promise<Map<string, string>> {
  const exit = await git(mirror, { args: ['ls-tree', '-z', '-t', '--full-tree', ...args] });
  if (exit.end !== 'exited' || exit.code !== 0) {
    const details = { cause: new Error(exit.stderr.trim()), context: facts(exit) };
    throw new AppError('missing', 'The commit is not in the mirror; it has to be fetched first', details);
  }
  const lines = exit.stdout.toString('utf8').split('\0').filter(Boolean);
  return new Map(
    lines.map((line) => {
      const tab = line.indexOf('\t');
      return [line.slice(tab + 1), line.slice(0, tab).split(' ')[2] ?? ''];
    }),
  );
}

/** Git would refuse the whole question because of a path that no tree can hold. */
function canBeInTree(path: string): boolean {
  const segments = path.split('/');
  return !path.includes('\0') && segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}
