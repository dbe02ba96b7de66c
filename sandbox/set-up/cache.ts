import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

/** Where the results of set-up are kept on the host, and how many bytes they may take together. */
export interface SetUpCacheOptions {
  /** Absolute path; made (mode 0700) when absent. Several processes may share it. */
  readonly directory: string;
  readonly bytesMax: number;
}

/** One kept result, open: it can be read even when it is removed meanwhile. The host never unpacks it. */
export interface KeptArchive extends AsyncDisposable {
  readonly format: 'zstd' | 'gzip';
  /** The whole file, once. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** Takes an archive as it comes. When `signal` aborts, the rest is no longer wanted. */
export interface ArchiveSink {
  readonly signal: AbortSignal;
  write(chunk: Uint8Array): void;
}

/** Results of set-up on the host's disk, by key; the least recently used go first. Any of them may vanish at any time. */
export interface SetUpCache {
  /** The archive of `key`, which then counts as used; undefined when there is none. */
  find(key: string): Promise<KeptArchive | undefined>;
  /** Keeps what `fill` writes, if it says that it is whole; gives its size in bytes, or undefined when it is not kept. */
  keep(key: string, fill: (sink: ArchiveSink) => Promise<boolean>): Promise<number | undefined>;
  remove(key: string): Promise<void>;
}

const SUFFIX = '.set-up';
const PART_SUFFIX = '.part';
const PART_AGE_MS_MAX = 60 * 60_000;
/** Bytes that wait for the disk before the archive is given up: a guest cannot be told to print more slowly. */
const BACKLOG_BYTES_MAX = 64 * 1024 * 1024;
/** First bytes of a Zstandard frame (RFC 8878 section 3.1.1); whatever begins otherwise is left to gzip to judge. */
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Opens the cache; nothing is touched on disk before the first use. */
export function openSetUpCache({ directory, bytesMax }: SetUpCacheOptions): SetUpCache {
  const pathOf = (key: string): string => join(directory, createHash('sha256').update(key).digest('hex') + SUFFIX);
  const remove = (key: string): Promise<void> => rm(pathOf(key), { force: true });
  return {
    remove,
    find: (key) => openArchive(pathOf(key)),
    keep: async (key, fill) => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const part = join(directory, randomUUID() + PART_SUFFIX);
      try {
        const sizeBytes = await writePart(part, fill);
        if (sizeBytes === undefined || sizeBytes > bytesMax) return undefined;
        await rename(part, pathOf(key));
        await evict(directory, bytesMax);
        return sizeBytes;
      } finally {
        await rm(part, { force: true });
      }
    },
  };
}

async function openArchive(path: string): Promise<KeptArchive | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return undefined;
  const { buffer } = await file.read(Buffer.alloc(ZSTD_MAGIC.length), 0, ZSTD_MAGIC.length, 0);
  const now = new Date();
  await file.utimes(now, now);
  return {
    format: buffer.equals(ZSTD_MAGIC) ? 'zstd' : 'gzip',
    content: file.createReadStream({ start: 0, autoClose: false }),
    [Symbol.asyncDispose]: () => file.close(),
  };
}

/** Bytes written, or undefined when the archive is not whole or the disk did not keep up. */
async function writePart(path: string, fill: (sink: ArchiveSink) => Promise<boolean>): Promise<number | undefined> {
  const stream = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  const giveUp = new AbortController();
  const written = finished(stream).then(
    () => true,
    () => {
      giveUp.abort();
      return false;
    },
  );
  const write = (chunk: Uint8Array): void => {
    if (giveUp.signal.aborted) return;
    stream.write(chunk);
    if (stream.writableLength > BACKLOG_BYTES_MAX) giveUp.abort();
  };
  // The file is opened in its own time: whoever removes it before that removes nothing, so nobody leaves before it is closed.
  let whole = false;
  try {
    whole = await fill({ signal: giveUp.signal, write });
  } finally {
    stream.end();
    await written;
  }
  const kept = (await written) && whole && !giveUp.signal.aborted;
  return kept ? stream.bytesWritten : undefined;
}

/** Removing what somebody reads right now is safe: the file lives until it is closed (POSIX unlink). */
async function evict(directory: string, bytesMax: number): Promise<void> {
  const found = await Promise.all(
    (await readdir(directory)).map(async (name) => {
      const path = join(directory, name);
      const facts = await stat(path).catch(() => undefined);
      return { path, name, size: facts?.size ?? 0, usedAtMs: facts?.mtimeMs ?? 0 };
    }),
  );
  const stale = Date.now() - PART_AGE_MS_MAX;
  let totalBytes = 0;
  for (const { path, name, size, usedAtMs } of found.toSorted((one, other) => other.usedAtMs - one.usedAtMs)) {
    if (name.endsWith(PART_SUFFIX) && usedAtMs < stale) await rm(path, { force: true });
    if (!name.endsWith(SUFFIX)) continue;
    totalBytes += size;
    if (totalBytes > bytesMax) await rm(path, { force: true });
  }
}
