import { toAppError } from '#core/domain/errors.ts';
import { evictMirrors } from './evict-mirrors.ts';
import type { GitSetup } from './git-setup.ts';
import { mustSucceed } from './git.ts';
import { measureMirror } from './mirror-use.ts';

const GC_TIMEOUT_MS = 10 * 60_000;

/** Work on mirrors that nobody waits for. Disposing ends what is under way. */
export interface Upkeep extends AsyncDisposable {
  /** After a fetch of `baseSha` into the mirror at `path`: forget what is superseded, tidy, measure, keep the limit. */
  afterFetch(path: string, baseSha: string): void;
}

/**
 * One after the other within a process. None of it takes the mirror's lock, so the next run's fetch never waits for it:
 * git keeps its own steps apart, and what is pruned was unreachable for days. Failures are logged and cost disk space only;
 * damage is found, and repaired, by the next use.
 */
export function createUpkeep(setup: GitSetup): Upkeep {
  const ending = new AbortController();
  let last: Promise<void> = Promise.resolve();
  const tend = async (path: string, baseSha: string): Promise<void> => {
    if (ending.signal.aborted) return;
    try {
      await dropContained(setup, path, baseSha);
      await collectGarbage(setup, path, ending.signal);
      await measureMirror(setup, path);
      await evictMirrors(setup);
    } catch (thrown) {
      if (ending.signal.aborted) return;
      setup.logger.warn({ err: toAppError(thrown, 'Mirror maintenance'), path }, 'mirror maintenance failed');
    }
  };
  return {
    afterFetch: (path, baseSha) => {
      last = last.then(() => tend(path, baseSha));
    },
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await last;
    },
  };
}

/** Bases below `sha` are reachable from it, so their own refs say nothing new to a server. */
async function dropContained({ git }: GitSetup, path: string, sha: string): Promise<void> {
  const args = ['for-each-ref', '--format=%(refname)', `--merged=${sha}`, 'refs/bases'];
  const listed = mustSucceed(await git(path, { args }), 'Listing bases').stdout.toString('utf8');
  const contained = listed.split('\n').filter((ref) => ref !== '' && ref !== `refs/bases/${sha}`);
  if (contained.length === 0) return;
  const stdin = Buffer.from(contained.map((ref) => `delete ${ref}\n`).join(''));
  mustSucceed(await git(path, { args: ['update-ref', '--stdin'], stdin }), 'Dropping older bases');
}

/** Git decides whether there is enough to do (about every 50 fetches). */
async function collectGarbage({ git, logger }: GitSetup, path: string, signal: AbortSignal): Promise<void> {
  const exit = await git(path, { args: ['gc', '--auto', '--quiet'], timeoutMs: GC_TIMEOUT_MS, signal });
  if (exit.end === 'timeout') logger.warn({ path }, 'mirror maintenance took too long');
  else mustSucceed(exit, 'Mirror maintenance');
}
