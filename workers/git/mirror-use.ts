import { readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitSetup } from './git-setup.ts';
import { mustSucceed } from './git.ts';

/** File inside a mirror: its time stamp is the last use, its content the size in bytes. It moves with the mirror. */
const MARKER = 'astraforge-use';
const KIBIBYTE = 1024;

/** What is known of one mirror without asking git. */
export interface MirrorUse {
  readonly path: string;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly usedAtMs: number;
}

/**
 * Says that the mirror at `path` is in use from now on, to every worker that shares the directory; nothing happens when
 * there is no mirror. The short lock keeps this apart from an eviction that has just looked at the time of last use.
 */
export async function touchMirror(setup: GitSetup, path: string): Promise<void> {
  await setup.exclusive(useLock(path), async () => {
    const now = new Date();
    await utimes(join(path, MARKER), now, now).catch(() => markNew(path).catch(() => undefined));
  });
}

/** Marks a mirror that has no marker yet as used now and of size 0. Throws when there is no such directory. */
export function markNew(path: string): Promise<void> {
  return writeFile(join(path, MARKER), '0', { mode: 0o600 });
}

/** Asks git how large the mirror is and writes it down, which counts as a use. Throws AppError `internal`. */
export async function measureMirror(setup: GitSetup, path: string): Promise<void> {
  const exit = mustSucceed(await setup.git(path, { args: ['count-objects', '-v'] }), 'Measuring a mirror');
  // git-count-objects(1): these three are in KiB.
  const sizes = exit.stdout.toString('utf8').matchAll(/^(?:size|size-pack|size-garbage): (\d+)$/gm);
  const sizeBytes = [...sizes].reduce((sum, [, kibibytes]) => sum + Number(kibibytes) * KIBIBYTE, 0);
  const fresh = join(path, `${MARKER}.${process.pid}`);
  await writeFile(fresh, String(sizeBytes), { mode: 0o600 });
  await rename(fresh, join(path, MARKER));
}

/** Size and last use of the mirror at `path`, or undefined when there is none. */
export async function readMirrorUse(path: string): Promise<MirrorUse | undefined> {
  const marker = join(path, MARKER);
  try {
    const found = await stat(marker).catch(() => stat(path));
    const sizeBytes = Number.parseInt(await readFile(marker, 'utf8').catch(() => '0'), 10) || 0;
    return { path, sizeBytes, usedAtMs: found.mtimeMs };
  } catch {
    return undefined;
  }
}

/** Every mirror below `directory`, the longest unused first. */
export async function listMirrors(directory: string): Promise<MirrorUse[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.git'));
  const found = await Promise.all(names.map((name) => readMirrorUse(join(directory, name))));
  return found.filter((each) => each !== undefined).toSorted((one, other) => one.usedAtMs - other.usedAtMs);
}

/** Lock file held for the moment in which a mirror is marked as used, or taken away. */
export function useLock(path: string): string {
  return `${path}.use`;
}
