import { chmod, lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { AppError } from '#core/domain/errors.ts';

/** Where the sockets of runs are kept. */
export interface SocketDirectory {
  /** Makes a new directory for a run; only the guest that is shown it, and we, can reach what is inside. */
  claim(runId: string): Promise<string>;
  /** Removes a claimed directory with its sockets. Idempotent. */
  release(directory: string): Promise<void>;
  /** Removes what dead processes left here; directories of living ones are not touched. Returns how many went. */
  sweep(): Promise<number>;
}

/** Names of the sockets inside a run's directory. */
export const SOCKET_NAMES = { model: 'llm.sock', egress: 'egress.sock' } as const;

/** `sun_path` holds 108 bytes with its final NUL; source: unix(7). */
const SOCKET_PATH_BYTES_MAX = 107;
const RUN_CHARACTERS = 8;
const RANDOM_CHARACTERS = 6;
/** Between making the directory and listening lie milliseconds; a directory this old without a socket is abandoned. */
const WITHOUT_SOCKET_MS_MAX = 60_000;

/**
 * Prepares `<parent>/doors`, closed to every other user of the host (mode 0700), and removes what killed processes
 * left there; directories of living processes are not touched.
 * @throws AppError `invalid` when a socket path in it would be too long, `denied` when it belongs to somebody else.
 */
export async function openSocketDirectory(parent: string): Promise<SocketDirectory> {
  const root = join(parent, 'doors');
  const longest = join(root, `${'x'.repeat(RUN_CHARACTERS)}-${'x'.repeat(RANDOM_CHARACTERS)}`, SOCKET_NAMES.egress);
  const excess = Buffer.byteLength(longest) - SOCKET_PATH_BYTES_MAX;
  if (excess > 0) {
    throw new AppError('invalid', `The directory for sockets must have a path ${excess} bytes shorter: ${parent}`);
  }
  await mkdir(root, { recursive: true, mode: 0o700 });
  const facts = await lstat(root);
  if (!facts.isDirectory() || facts.uid !== (process.getuid?.() ?? facts.uid)) {
    throw new AppError('denied', `The directory for sockets does not belong to this user: ${root}`);
  }
  await chmod(root, 0o700);
  await removeDead(root, new Set());
  const ours = new Set<string>();
  return {
    async claim(runId) {
      const name = runId.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, RUN_CHARACTERS);
      const directory = await mkdtemp(join(root, `${name}-`));
      ours.add(directory);
      await chmod(directory, 0o711);
      return directory;
    },
    async release(directory) {
      await rm(directory, { recursive: true, force: true });
      ours.delete(directory);
    },
    sweep: () => removeDead(root, ours),
  };
}

async function removeDead(root: string, ours: ReadonlySet<string>): Promise<number> {
  let removed = 0;
  for (const name of await readdir(root)) {
    const directory = join(root, name);
    if (ours.has(directory) || !(await isDead(directory))) continue;
    await rm(directory, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

async function isDead(directory: string): Promise<boolean> {
  const answer = await knock(join(directory, SOCKET_NAMES.model));
  if (answer !== 'ENOENT') return answer === 'ECONNREFUSED';
  const facts = await lstat(directory).catch(() => undefined);
  return facts !== undefined && Date.now() - facts.mtimeMs > WITHOUT_SOCKET_MS_MAX;
}

function knock(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve('open');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
  });
}
