import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { GitServer } from '#core/ports/host/git-server.ts';
import type { Repositories } from '#core/ports/host/repository.ts';
import type { Logger } from '#core/ports/runtime.ts';
import { blobIds } from './blob-ids.ts';
import { bundle } from './bundle.ts';
import { commit } from './commit.ts';
import { createExclusive } from './exclusive.ts';
import { createGitServer } from './git-server.ts';
import type { GitSetup } from './git-setup.ts';
import { createGit } from './git.ts';
import { createMergeSupport } from './merging/merge-support.ts';
import { merge } from './merging/merge.ts';
import { push } from './push.ts';
import { recentChanges } from './recent-changes.ts';
import { revert } from './merging/revert.ts';
import { createUpkeep } from './upkeep.ts';

/** What {@link createRepositories} needs. */
export interface RepositoriesOptions {
  /** Directory of the mirrors; made (mode 0700) when absent. Several workers may share it. */
  readonly directory: string;
  readonly logger: Logger;
  /** Default: only `https`. Tests add `http`. */
  readonly allowProtocols?: readonly string[];
  /** The worker's environment; only `PATH`, proxy and certificate variables reach git. */
  readonly hostEnv?: Readonly<Record<string, string | undefined>>;
  /**
   * Commits of history to keep and hand over; default: all of it, so that the agent has log and blame. Measured over
   * HTTP on two cores, `bundle` cold / warm and size: 22 MB and 2,000 commits 0.75 / 0.11 s, cut to 50 commits
   * 0.20 / 0.04 s and 3.6 MB; 91 MB and 4,000 commits 2.7 / 0.55 s, cut to 50 0.76 / 0.11 s and 28 MB.
   */
  readonly depthMax?: number;
  /** Bytes all mirrors together may take (MIRRORS_BYTES_MAX); default 20 GB. */
  readonly mirrorsBytesMax?: number;
  /**
   * Milliseconds after its last use in which a mirror is never removed, since a run comes back to publish; longer than a
   * run lasts. Default: 6 hours.
   */
  readonly mirrorIdleMs?: number;
}

const MIRRORS_BYTES_MAX = 20_000_000_000;
const MIRROR_IDLE_MS = 6 * 60 * 60_000;

/** The ports Repositories and GitServer by the git command line (2.32 or newer; `merge` and `revert` 2.38). Disposing ends the upkeep that is under way, nothing else. */
export function createRepositories(options: RepositoriesOptions): Repositories & GitServer & AsyncDisposable {
  const directory = resolve(options.directory);
  const home = join(directory, 'home');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const allowProtocols = options.allowProtocols ?? ['https'];
  const setup: GitSetup = {
    git: createGit({ home, hostEnv: options.hostEnv ?? {}, allowProtocols }),
    logger: options.logger,
    exclusive: createExclusive(),
    directory,
    scratch: join(directory, 'scratch'),
    allowProtocols,
    depthMax: options.depthMax,
    mirrorsBytesMax: options.mirrorsBytesMax ?? MIRRORS_BYTES_MAX,
    mirrorIdleMs: options.mirrorIdleMs ?? MIRROR_IDLE_MS,
  };
  const upkeep = createUpkeep(setup);
  const mergeSupport = createMergeSupport(setup);
  return {
    ...createGitServer({ ...setup, upkeep }),
    bundle: (...[repo, base, access, onTop]) => bundle({ ...setup, upkeep }, repo, { base, access, onTop }),
    recentChanges: (repo, of) => recentChanges(setup, repo, of),
    blobIds: (repo, sha, paths) => blobIds(setup, repo, { sha, paths }),
    commit: (repo, change) => commit(setup, repo, change),
    push: (repo, target, access) => push(setup, repo, { ...target, access }),
    merge: (repo, input, access) => merge({ ...setup, upkeep, mergeSupport }, repo, { ...input, access }),
    revert: (repo, input, access) => revert({ ...setup, upkeep, mergeSupport }, repo, { ...input, access }),
    [Symbol.asyncDispose]: () => upkeep[Symbol.asyncDispose](),
  };
}
