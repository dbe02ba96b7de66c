import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#core/domain/errors.ts';

/** Lock files are numbered: who finds only dead ones makes the next number, which the file system gives to one process. */
const LOCK_FILE = /^astraforge\.lock\.([1-9][0-9]*)$/;
/** Attempts while others are just taking or leaving the directory. */
const ATTEMPTS_MAX = 5;

/** Who holds a directory: the process and, because process ids are used again, when it started. */
interface Holder {
  readonly pid: number;
  readonly startedAt: string;
}

/** When a process started, in clock ticks since boot (field 22 of /proc/pid/stat, man 5 proc); '' where that cannot be known. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // EPERM: it is there and belongs to somebody else.
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}

async function isAlive({ pid, startedAt }: Holder): Promise<boolean> {
  if (!exists(pid)) return false;
  const started = await startOf(pid);
  return started === '' || startedAt === '' || started === startedAt;
}

interface Lock {
  readonly number: number;
  readonly file: string;
  readonly content: string;
}

/** The locks there are; one that vanishes while it is read is none. */
async function readLocks(directory: string): Promise<Lock[]> {
  const locks: Lock[] = [];
  for (const name of await readdir(directory)) {
    const number = Number(LOCK_FILE.exec(name)?.[1] ?? 0);
    const file = path.join(directory, name);
    const content = number > 0 ? await readFile(file, 'utf8').catch(() => undefined) : undefined;
    if (content !== undefined) locks.push({ number, file, content });
  }
  return locks;
}

async function refuseIfHeld(locks: readonly Lock[]): Promise<void> {
  for (const { content } of locks) {
    const [pid = '', startedAt = ''] = content.split(' ');
    const holder = { pid: Number(pid), startedAt };
    if (!Number.isInteger(holder.pid) || holder.pid < 1 || !(await isAlive(holder))) continue;
    const message = `The data directory is in use by process ${pid}; stop it first, or choose another directory`;
    throw new AppError('conflict', message, { context: { pid: holder.pid } });
  }
}

/** A link appears whole or not at all, so nobody ever reads a lock without its holder. False when the file is there. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') return false;
    throw new AppError('unavailable', 'The data directory cannot be locked', { cause: thrown });
  }
}

/** Returns the lock file when it was taken, undefined when somebody was quicker. */
async function tryLock(directory: string, mine: { file: string; content: string }): Promise<string | undefined> {
  const before = await readLocks(directory);
  await refuseIfHeld(before);
  const number = Math.max(0, ...before.map((lock) => lock.number)) + 1;
  const file = path.join(directory, `astraforge.lock.${number}`);
  if (!(await linked(mine.file, file))) return undefined;
  const after = await readLocks(directory);
  const others = after.filter(({ content }) => content !== mine.content);
  try {
    // Whoever looked before the others came may have made a number that was free again: they were first.
    await refuseIfHeld(others);
  } catch (thrown) {
    await rm(file, { force: true });
    throw thrown;
  }
  if (others.length === after.length) return undefined;
  for (const other of others) await rm(other.file, { force: true });
  return file;
}

/**
 * Keeps every other process off a directory (made when absent) until the returned function is called. A lock whose process
 * is dead is taken over. Throws AppError `conflict` when a living process holds it, this one included.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const nonce = randomUUID();
  const mine = { file: path.join(directory, `astraforge.lock.${nonce}`), content: '' };
  mine.content = `${process.pid} ${await startOf(process.pid)} ${nonce}`;
  await writeFile(mine.file, mine.content, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const file = await tryLock(directory, mine);
      if (file !== undefined) return () => rm(file, { force: true });
    }
    throw new AppError('conflict', 'The data directory could not be locked', { context: { attempts: ATTEMPTS_MAX } });
  } finally {
    await rm(mine.file, { force: true });
  }
}
