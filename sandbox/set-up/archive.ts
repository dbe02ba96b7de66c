import { AppError } from '#core/domain/errors.ts';
import type { Guest, GuestCommand, GuestExit } from '#core/ports/provisioner.ts';
import type { SetUpPlan } from '#core/ports/workspace.ts';
import type { SetUpCache } from './cache.ts';
import { CLEAN_SCRIPT, EXIT_SUBMODULES, RESTORE_SCRIPT, SAVE_SCRIPT } from './scripts.ts';

const ARCHIVE_TIMEOUT_MS = 5 * 60_000;
const ARCHIVE_BYTES_MAX = 2 * 1024 * 1024 * 1024;
const COMPLAINT_BYTES_MAX = 64 * 1024;
const MEBIBYTE = 1024 * 1024;

/** One set-up in one guest, with a cache to take from and to give to. */
export interface ArchiveScene {
  readonly guest: Guest;
  readonly cache: SetUpCache;
  readonly plan: SetUpPlan;
  /** Commit that is checked out. */
  readonly baseSha: string;
}

/**
 * Unpacks what an earlier set-up left into a freshly loaded workspace. False when there is nothing, or nothing that can be
 * unpacked whole: then it is forgotten, and the workspace is as it was. An archive goes in as it came out of another guest;
 * only programs inside ever look into it.
 */
export async function restoreArchive({ guest, cache, plan, baseSha }: ArchiveScene): Promise<boolean> {
  const exit = await unpack(guest, cache, plan);
  if (exit?.exitCode === 0) return true;
  if (exit === undefined || exit.end === 'aborted') return false;
  plan.onLine('The kept result of set-up cannot be unpacked; it is made anew');
  await cache.remove(plan.cacheKey);
  const clean = ['/bin/bash', '-c', CLEAN_SCRIPT, 'clean', baseSha];
  await guest.exec({ ...limits(guest, plan), argv: clean });
  return false;
}

/** Undefined when nothing is kept. */
async function unpack(
  guest: Guest,
  cache: SetUpCache,
  plan: SetUpPlan,
): Promise<Pick<GuestExit, 'end' | 'exitCode'> | undefined> {
  await using kept = await cache.find(plan.cacheKey);
  if (kept === undefined) return undefined;
  const argv = ['/bin/bash', '-c', RESTORE_SCRIPT, 'restore', kept.format];
  try {
    return await guest.exec({ ...limits(guest, plan), argv, stdin: kept.content });
  } catch (thrown) {
    // The guest's own failures are translated already; what is left is a disk that could not be read to the end.
    if (thrown instanceof AppError) throw thrown;
    return { end: 'exited', exitCode: null };
  }
}

function limits({ paths }: Guest, { timeoutMs, signal }: SetUpPlan): Omit<GuestCommand, 'argv'> {
  return {
    cwd: paths.workspace,
    timeoutMs: Math.min(timeoutMs, ARCHIVE_TIMEOUT_MS),
    outputBytesMax: COMPLAINT_BYTES_MAX,
    signal,
    offline: true,
  };
}

/** Keeps what set-up left. A failure costs a later run its time, never this one its work, so it is a line and no error. */
export async function saveArchive({ guest, cache, plan }: ArchiveScene): Promise<void> {
  const outcome = { reason: 'it cannot be archived' };
  const sizeBytes = await cache
    .keep(plan.cacheKey, async (sink) => {
      const exit = await guest.exec({
        argv: ['/bin/bash', '-c', SAVE_SCRIPT, 'save'],
        cwd: guest.paths.workspace,
        timeoutMs: ARCHIVE_TIMEOUT_MS,
        outputBytesMax: ARCHIVE_BYTES_MAX,
        onStdout: sink.write,
        signal: AbortSignal.any([plan.signal, sink.signal]),
        offline: true,
      });
      if (exit.end === 'output-limit') outcome.reason = `it is larger than ${ARCHIVE_BYTES_MAX / MEBIBYTE} MiB`;
      if (exit.exitCode === EXIT_SUBMODULES) outcome.reason = 'it holds submodules';
      return exit.exitCode === 0;
    })
    .catch(() => undefined);
  if (plan.signal.aborted) return;
  plan.onLine(
    sizeBytes === undefined
      ? `The result of set-up is not kept: ${outcome.reason}`
      : `The result of set-up is kept for later runs (${Math.ceil(sizeBytes / MEBIBYTE)} MiB)`,
  );
}
