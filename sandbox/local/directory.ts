import { chmod, chown, lstat, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { GuestLabels } from '#core/ports/provisioner.ts';
import { GUEST_HOST_NAME, GUEST_PATHS, GUEST_USER_ID } from '../guest-layout.ts';

/** Host directories of one local guest, all below `root`. */
export interface LocalDirectories {
  readonly root: string;
  readonly workspace: string;
  readonly home: string;
  readonly temporary: string;
  readonly etc: string;
  readonly etcFiles: readonly string[];
}

const LabelFile = z.object({
  instance: z.string(),
  runId: z.string(),
  epoch: z.number().int(),
  /** The process that made the guest, with its start time, since process ids are used again. */
  owner: z.object({ pid: z.number().int().positive(), startedAt: z.string() }),
});

/** What is written about a guest on disk. */
export type LabelFile = z.infer<typeof LabelFile>;

const GUEST_PREFIX = 'guest-';
const LABEL_FILE = 'labels.json';
const PRIVATE_MODE = 0o700;
const ETC: Readonly<Record<string, string>> = {
  passwd: `agent:x:${GUEST_USER_ID}:${GUEST_USER_ID}::${GUEST_PATHS.home}:/bin/bash\n`,
  group: `agent:x:${GUEST_USER_ID}:\n`,
  hosts: `127.0.0.1 localhost ${GUEST_HOST_NAME}\n`,
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
};

/**
 * Makes `base` (mode 0700) or takes it when it already is a directory of this user that nobody else can enter.
 * Throws AppError `unavailable` otherwise: in a shared temp directory somebody else could have put it there.
 */
export async function openBaseDirectory(base: string): Promise<void> {
  await mkdir(base, { recursive: true, mode: PRIVATE_MODE }).catch((cause: unknown) => {
    throw new AppError('unavailable', `${base} cannot be made. Set SANDBOX_DIRECTORY.`, { cause });
  });
  const found = await lstat(base);
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0) return;
  throw new AppError(
    'unavailable',
    `${base} is not a private directory of this user. Remove it, or set SANDBOX_DIRECTORY.`,
  );
}

/** Makes the directories of one guest; the three writable ones belong to `ownerId` when that is given. */
export async function makeGuestDirectories(
  base: string,
  label: LabelFile,
  ownerId: number | null,
): Promise<LocalDirectories> {
  const root = await mkdtemp(join(base, GUEST_PREFIX));
  const directories: LocalDirectories = {
    root,
    workspace: join(root, 'workspace'),
    home: join(root, 'home'),
    temporary: join(root, 'tmp'),
    etc: join(root, 'etc'),
    etcFiles: Object.keys(ETC),
  };
  await writeFile(join(root, LABEL_FILE), JSON.stringify(label));
  await mkdir(directories.etc);
  await Promise.all(
    Object.entries(ETC).map(([name, text]) => writeFile(join(directories.etc, name), text, { mode: 0o644 })),
  );
  for (const writable of [directories.workspace, directories.home, directories.temporary]) {
    await mkdir(writable, { mode: PRIVATE_MODE });
    if (ownerId !== null) await chown(writable, ownerId, ownerId);
  }
  return directories;
}

/** Removes a guest's directory; idempotent. Directories that an agent made unreadable are made readable first. */
export async function removeGuestDirectory(root: string): Promise<void> {
  try {
    await rm(root, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
  } catch {
    await unlock(root);
    await rm(root, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
  }
}

async function unlock(directory: string): Promise<void> {
  await chmod(directory, PRIVATE_MODE);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) await unlock(join(directory, entry.name));
  }
}

/** Every guest directory below `base` that carries a readable label file of this installation. */
export async function listGuestDirectories(
  base: string,
  instance: string,
): Promise<{ root: string; label: LabelFile }[]> {
  const names = await readdir(base).catch(() => []);
  const found: { root: string; label: LabelFile }[] = [];
  for (const name of names.filter((entry) => entry.startsWith(GUEST_PREFIX))) {
    const root = join(base, name);
    const label = await readFile(join(root, LABEL_FILE), 'utf8').then(
      (text) => LabelFile.parse(JSON.parse(text)),
      () => null,
    );
    if (label !== null && label.instance === instance) found.push({ root, label });
  }
  return found;
}

/** Run and epoch out of a label file. */
export function labelsOf(label: LabelFile): GuestLabels {
  return { runId: label.runId, epoch: label.epoch };
}
