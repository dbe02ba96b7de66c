import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AppError } from '#core/domain/errors.ts';
import type { Guest, GuestExit } from '#core/ports/provisioner.ts';
import type { Bundle } from '#core/ports/host/repository.ts';
import type { Workspace } from '#core/ports/workspace.ts';
import { setUp } from './set-up.ts';
import { openSetUpCache, type SetUpCacheOptions } from './set-up/cache.ts';
import { COLLECT_SCRIPT, LOAD_SCRIPT } from './workspace-scripts.ts';

/** Milliseconds to unpack and check out one repository. */
const LOAD_TIMEOUT_MS = 300_000;
/** Milliseconds to read every touched file again and to compare. */
const COLLECT_TIMEOUT_MS = 120_000;
/** Bytes of git's complaint kept for the log. */
const COMPLAINT_BYTES_MAX = 16_384;
const COMMIT_ID = /^[0-9a-f]{40}$/;

/** What workspaces are made with besides guests. */
export interface WorkspaceOptions {
  /** Absent: set-up runs each time. */
  readonly setUpCache?: SetUpCacheOptions;
}

/**
 * One repository's room over any guest. Commands inside carry everything: one takes the bundle from stdin, another prints
 * the patch; no token, no platform address and no file of the host goes in, but what set-up left in an earlier guest.
 */
export function workspaceOn(provisioner: string, guest: Guest, options: WorkspaceOptions = {}): Workspace {
  const cache = options.setUpCache === undefined ? undefined : openSetUpCache(options.setUpCache);
  let loaded: string | undefined;
  return {
    provisioner,
    guest,
    load: async (bundle) => {
      await loadBundle(guest, bundle);
      loaded = bundle.sha;
    },
    setUp: async (plan) => {
      if (loaded === undefined) throw new AppError('invalid', 'set up the workspace: nothing is loaded yet');
      const cacheKey = createHash('sha256').update(`${plan.cacheKey}\n${guest.madeFrom}`).digest('hex');
      return setUp({ guest, cache, baseSha: loaded }, { ...plan, cacheKey });
    },
    collectPatch: (baseSha, bytesMax) => collectPatch(guest, baseSha, bytesMax),
    [Symbol.asyncDispose]: () => guest.destroy(),
  };
}

async function loadBundle(guest: Guest, bundle: Bundle): Promise<void> {
  const branch = bundle.ref.replace(/^refs\/(heads\/)?/, '');
  const exit = await guest.exec({
    argv: ['/bin/sh', '-c', LOAD_SCRIPT, 'load', requireCommitId(bundle.sha), branch],
    cwd: guest.paths.workspace,
    stdin: createReadStream(bundle.path),
    timeoutMs: LOAD_TIMEOUT_MS,
    outputBytesMax: COMPLAINT_BYTES_MAX,
    offline: true,
  });
  if (exit.exitCode !== 0) throw gitFailed('load the repository into the workspace', exit);
}

async function collectPatch(guest: Guest, baseSha: string, bytesMax: number): Promise<Uint8Array> {
  let complaint: Buffer = Buffer.alloc(0);
  const exit = await guest.exec({
    argv: ['/bin/sh', '-c', COLLECT_SCRIPT, 'collect', requireCommitId(baseSha)],
    cwd: guest.paths.workspace,
    timeoutMs: COLLECT_TIMEOUT_MS,
    outputBytesMax: bytesMax + COMPLAINT_BYTES_MAX,
    onStderr: (chunk) => {
      if (complaint.length < COMPLAINT_BYTES_MAX)
        complaint = Buffer.concat([complaint, chunk]).subarray(0, COMPLAINT_BYTES_MAX);
    },
    offline: true,
  });
  if (exit.end === 'output-limit' || exit.stdout.length > bytesMax) {
    throw new AppError('invalid', `collect the changes: the patch is larger than ${bytesMax} bytes`);
  }
  if (exit.exitCode !== 0) throw gitFailed('collect the changes', { ...exit, stderr: complaint });
  return exit.stdout;
}

/** Ids go to git as arguments; anything else could be read as an option. */
function requireCommitId(sha: string): string {
  if (COMMIT_ID.test(sha)) return sha;
  throw new AppError('invalid', 'commit id must be 40 hexadecimal digits');
}

/** What git says quotes names from the repository, so it stays in the cause. */
function gitFailed(action: string, exit: GuestExit): AppError {
  const cause = new Error(Buffer.from(exit.stderr).toString('utf8').slice(0, COMPLAINT_BYTES_MAX));
  if (exit.end === 'timeout') return new AppError('invalid', `${action}: it took too long`, { cause });
  return new AppError('invalid', `${action}: git failed inside`, { cause, context: { exitCode: exit.exitCode ?? -1 } });
}
