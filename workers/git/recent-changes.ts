import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { RecentChange } from '#core/ports/host/repository.ts';
import type { GitSetup } from './git-setup.ts';
import { facts } from './git.ts';
import { touchMirror } from './mirror-use.ts';
import { mirrorPath } from './mirror.ts';
import { assertCommitId } from './ref-names.ts';

/** Walking a long history for a path that rarely changes may take long, and is not worth waiting for. */
const TIMEOUT_MS = 20_000;
const FIELDS = 3;

/** See Repositories.recentChanges. Reads the mirror only; paths are names and no patterns. */
export async function recentChanges(
  setup: GitSetup,
  repo: RepoRef,
  { sha, paths, countMax }: { sha: string; paths: readonly string[]; countMax: number },
): Promise<RecentChange[]> {
  assertCommitId(sha);
  if (paths.length === 0) return [];
  const mirror = mirrorPath(setup, repo);
  await touchMirror(setup, mirror);
  const args = ['--literal-pathspecs', 'log', '-z', `--max-count=${countMax}`, '--format=tformat:%H%x00%cI%x00%s'];
  const exit = await setup.git(mirror, {
    args: [...args, '--end-of-options', sha, '--', ...paths],
    timeoutMs: TIMEOUT_MS,
  });
  if (exit.end !== 'exited' || exit.code !== 0) {
    const details = { cause: new Error(exit.stderr.trim()), context: facts(exit) };
    throw new AppError('missing', 'Reading what changed lately failed', details);
  }
  const fields = exit.stdout.toString('utf8').split('\0');
  return Array.from({ length: Math.floor(fields.length / FIELDS) }, (_, at) => {
    const [id = '', committedAt = '', subject = ''] = fields.slice(at * FIELDS);
    return { sha: id, at: new Date(committedAt).toISOString(), subject };
  });
}
