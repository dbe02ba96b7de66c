import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isHeld } from './exclusive.ts';
import type { GitSetup } from './git-setup.ts';
import { listMirrors, readMirrorUse, useLock, type MirrorUse } from './mirror-use.ts';
import { openScratch } from './scratch.ts';

/**
 * Removes mirrors, the longest unused first, until those that are left fit `mirrorsBytesMax`. One that was used within
 * `mirrorIdleMs` or is locked stays, even if the limit cannot be kept then: a run comes back to its mirror to publish.
 * Safe to run in several workers at once. Every removal is one log line.
 */
export async function evictMirrors(setup: GitSetup): Promise<void> {
  const mirrors = await listMirrors(setup.directory);
  let totalBytes = mirrors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const mirror of mirrors) {
    if (totalBytes <= setup.mirrorsBytesMax) return;
    if (!(await evict(setup, mirror))) continue;
    totalBytes -= mirror.sizeBytes;
    const idleMs = Math.round(Date.now() - mirror.usedAtMs);
    setup.logger.info(
      { mirror: basename(mirror.path), sizeBytes: mirror.sizeBytes, idleMs, totalBytes },
      'mirror evicted',
    );
  }
  if (totalBytes <= setup.mirrorsBytesMax) return;
  const { mirrorsBytesMax } = setup;
  setup.logger.warn({ totalBytes, mirrorsBytesMax }, 'mirrors in use are larger than their limit');
}

/** Moves it away in the short lock, so that no other worker can begin to use it in between, and deletes it at leisure. */
async function evict(setup: GitSetup, { path }: MirrorUse): Promise<boolean> {
  if (!(await isIdle(setup, path))) return false;
  await using scratch = await openScratch(setup.scratch);
  const aside = join(scratch.path, 'evicted.git');
  const moved = await setup.exclusive(useLock(path), async () => {
    if (!(await isIdle(setup, path))) return false;
    return rename(path, aside).then(
      () => true,
      () => false,
    );
  });
  await rm(aside, { recursive: true, force: true });
  return moved;
}

async function isIdle({ mirrorIdleMs }: GitSetup, path: string): Promise<boolean> {
  if (await isHeld(`${path}.lock`)) return false;
  const use = await readMirrorUse(path);
  return use !== undefined && Date.now() - use.usedAtMs > mirrorIdleMs;
}
