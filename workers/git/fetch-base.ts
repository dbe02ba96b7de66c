import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setInterval as every } from 'node:timers/promises';
import { AppError } from '#core/domain/errors.ts';
import type { GitAccess } from '#core/ports/host/vcs.ts';
import { credentialEnv } from './credentials.ts';
import type { GitSetup } from './git-setup.ts';
import { mustSucceed } from './git.ts';
import { branchRef } from './ref-names.ts';
import { remoteError } from './remote-error.ts';

const FETCH_TIMEOUT_MS = 15 * 60_000;
const FETCH_BYTES_MAX = 4 * 1024 * 1024 * 1024;
const SIZE_POLL_MS = 1_000;
const FETCH = [
  ...['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'],
  ...['--no-auto-maintenance', '--refmap='],
];

/** The commit to work from and the branch it was seen on. */
export interface Base {
  readonly ref: string;
  readonly sha: string;
}

/** What a fetch came to. */
export interface Fetched {
  /** The mirror remembers a base that it did not before. */
  readonly changed: boolean;
  /** The host has answered, so this token may read the repository. */
  readonly proven: boolean;
}

/**
 * Makes the mirror at `path` hold `base.sha` with its history. Talks to the host only when it does not yet, and then
 * fetches that one commit (protocol 2 serves any reachable commit by id; older servers only branches) and what is
 * missing below it. Throws as {@link remoteError}. The caller holds the lock of `path`.
 *
 * Git asks nobody for an id when the commit is there and complete, as one of our own is that was made here, pushed, and is
 * now worked on. Whoever fetched it has proven nothing then.
 *
 * One ref `refs/bases/<sha>` per base not contained in a newer one tells the next fetch what is here already, and
 * proves that a commit is complete, which its mere presence does not after a fetch that was cut off.
 */
export async function fetchBase(
  setup: GitSetup,
  path: string,
  want: { base: Base; access: GitAccess },
): Promise<Fetched> {
  const { base, access } = want;
  if (await isComplete(setup, path, base.sha)) return { changed: false, proven: false };
  const present = await setup.git(path, { args: ['cat-file', '-e', base.sha] });
  const startedAt = performance.now();
  try {
    await fetchRef(setup, path, { source: base.sha, target: `refs/bases/${base.sha}`, access });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'missing') throw error;
    await fetchByBranch(setup, path, { base, access, refusal: error });
  }
  setup.logger.info({ baseSha: base.sha, tookMs: Math.round(performance.now() - startedAt) }, 'mirror fetched');
  return { changed: true, proven: present.code !== 0 };
}

async function isComplete({ git }: GitSetup, path: string, sha: string): Promise<boolean> {
  const args = ['for-each-ref', '--count=1', '--format=%(refname)', `--contains=${sha}`, 'refs/bases'];
  const exit = await git(path, { args });
  return exit.code === 0 && exit.stdout.byteLength > 0;
}

async function fetchRef(
  { git, depthMax, allowProtocols }: GitSetup,
  path: string,
  from: { source: string; target: string; access: GitAccess },
): Promise<void> {
  const depth = depthMax === undefined ? [] : [`--depth=${depthMax}`];
  const watch = new AbortController();
  const watching = abortWhenTooLarge(path, watch);
  try {
    const exit = await git(path, {
      args: [...FETCH, ...depth, '--end-of-options', from.access.url, `+${from.source}:${from.target}`],
      env: credentialEnv(from.access, allowProtocols),
      timeoutMs: FETCH_TIMEOUT_MS,
      signal: watch.signal,
    });
    if (exit.end !== 'exited' || exit.code !== 0) throw remoteError(exit, 'Fetching the repository', from.access);
  } finally {
    watch.abort();
    await watching;
  }
}

async function fetchByBranch(
  setup: GitSetup,
  path: string,
  want: { base: Base; access: GitAccess; refusal: AppError },
): Promise<void> {
  const { base, access, refusal } = want;
  const target = `refs/bases/${base.sha}`;
  await fetchRef(setup, path, { source: branchRef(base.ref), target, access });
  if (!(await isComplete(setup, path, base.sha))) {
    await setup.git(path, { args: ['update-ref', '-d', target] });
    throw refusal;
  }
  mustSucceed(await setup.git(path, { args: ['update-ref', target, base.sha] }), 'Recording the base');
}

// Git has no limit of its own for what it fetches.
async function abortWhenTooLarge(path: string, watch: AbortController): Promise<void> {
  const packs = join(path, 'objects', 'pack');
  try {
    for await (const _ of every(SIZE_POLL_MS, undefined, { signal: watch.signal, ref: false })) {
      if ((await sizeOf(packs)) > FETCH_BYTES_MAX) return watch.abort();
    }
  } catch {
    // The timer rejects when the fetch is over; that is its way to end.
  }
}

async function sizeOf(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => []);
  const sizes = await Promise.all(
    names
      .filter((name) => name.startsWith('tmp_'))
      .map((name) =>
        stat(join(directory, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
