import { randomUUID } from 'node:crypto';
import { chmod, link, lstat, mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '#core/domain/errors.ts';

/** Names of the sockets that a guest sees, where its run has them. */
const SOCKET_NAMES = ['llm.sock', 'egress.sock'];
const DIRECTORY = 'guests';
/** Everyone may enter, since a guest is another user; only we may write. Nobody else enters the one above. */
const [ENTERED_BY_ALL, ENTERED_BY_US] = [0o711, 0o700];
/** Between making a directory and making the guest that shows it lie seconds. */
const UNUSED_MS_MAX = 600_000;

/** Directories of the host that guests are shown in place of their runs', so that a guest can be made before its run. */
export interface GuestDoorDirectories {
  /** A new and empty one. */
  make(): Promise<string>;
  /**
   * Puts the sockets of a run into a guest's directory as hard links: a connection through them reaches whoever listens, and
   * the guest sees nothing else. Sockets made later are not seen. Throws AppError `invalid` when the run has no directory.
   */
  lead(directory: string, from: string): Promise<void>;
  /** Removes one of ours, and leaves any other path alone; idempotent. */
  remove(directory: string): Promise<void>;
  /** Removes those that no guest shows (`shown` are all that one does) and that are not new. */
  removeUnused(shown: ReadonlySet<string>): Promise<void>;
}

/**
 * Keeps them below `socketRoot`, on the file system where the runs' sockets are. `instance` keeps those of two
 * installations apart.
 */
export function openGuestDoors(socketRoot: string, instance: string): GuestDoorDirectories {
  const openRoot = async (): Promise<string> => {
    const root = join(socketRoot, DIRECTORY, instance);
    await mkdir(root, { recursive: true, mode: ENTERED_BY_US });
    const [real, facts] = await Promise.all([realpath(root), lstat(root)]);
    if (facts.isDirectory() && facts.uid === (process.getuid?.() ?? facts.uid)) return real;
    throw new AppError('denied', `The directory for the sockets of workspaces does not belong to this user: ${root}`);
  };
  return {
    make: async () => {
      const directory = join(await openRoot(), randomUUID());
      await mkdir(directory);
      await chmod(directory, ENTERED_BY_ALL);
      return directory;
    },
    lead: async (directory, from) => {
      const found = await readdir(from).catch((cause: unknown) => {
        throw new AppError('invalid', 'create a workspace: its socket directory is missing', { cause });
      });
      const names = SOCKET_NAMES.filter((name) => found.includes(name));
      await Promise.all(names.map((name) => linkSocket(join(from, name), join(directory, name))));
    },
    remove: async (directory) => {
      if (dirname(directory) === (await openRoot())) await rm(directory, { recursive: true, force: true });
    },
    removeUnused: async (shown) => {
      const root = await openRoot();
      for (const name of await readdir(root)) {
        const directory = join(root, name);
        if (shown.has(directory)) continue;
        const facts = await stat(directory).catch(() => null);
        if (facts !== null && Date.now() - facts.mtimeMs > UNUSED_MS_MAX)
          await rm(directory, { recursive: true, force: true });
      }
    },
  };
}

async function linkSocket(from: string, to: string): Promise<void> {
  const facts = await lstat(from);
  if (!facts.isSocket()) throw new AppError('invalid', 'create a workspace: what should be its socket is none');
  await link(from, to).catch((cause: unknown) => {
    throw new AppError(
      'unavailable',
      'create a workspace: its sockets must belong to the user of the sandbox and lie on the file system of SOCKET_DIRECTORY',
      { cause },
    );
  });
}
