import { open, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '#core/domain/errors.ts';

const HEARTBEAT_MS = 2_000;
const STALE_MS = 15_000;
const POLL_MS = 25;
const WAIT_MS_MAX = 20 * 60_000;

/** Runs `work` while nobody else holds `path`, in this process and, by a lock file there, in others. */
export type Exclusive = <T>(path: string, work: () => Promise<T>) => Promise<T>;

/**
 * A lock per path. Waiters of one process queue in order and only the first of them touches the file. A holder that
 * died is noticed after 15 s without heartbeat. Not a fence: two holders are possible after a pause that long, so
 * what runs inside must stay correct then (git's own locks see to that) and lose only the work saved.
 * Throws AppError `unavailable` after 20 minutes of waiting for another process.
 */
export function createExclusive(): Exclusive {
  const tails = new Map<string, Promise<unknown>>();
  return async (path, work) => {
    const before = tails.get(path) ?? Promise.resolve();
    const turn = before.then(() => withLockFile(path, work));
    const tail = turn.catch(() => undefined);
    tails.set(path, tail);
    try {
      return await turn;
    } finally {
      if (tails.get(path) === tail) tails.delete(path);
    }
  };
}

/** Whether somebody alive holds the lock file `path`, in this process or another; may have changed when you read this. */
export async function isHeld(path: string): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs <= STALE_MS,
    () => false,
  );
}

async function withLockFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  await acquire(path);
  // An error here means the file was taken over or removed; the docstring says why that is survivable.
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (!(await create(path))) {
    if (await isStale(path)) await rm(path, { force: true });
    else if (Date.now() > deadline) throw new AppError('unavailable', 'Another process keeps the mirror locked');
    else await delay(POLL_MS);
  }
}

async function create(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > STALE_MS;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
