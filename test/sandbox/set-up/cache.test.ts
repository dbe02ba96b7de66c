import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSetUpCache, type SetUpCache } from '../../../sandbox/set-up/cache.ts';

const HOUR_MS = 60 * 60_000;
let root = '';
let directory = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'set-up-cache-'));
  directory = join(root, 'cache');
});
afterEach(() => rmSync(root, { recursive: true }));

function keep(cache: SetUpCache, key: string, content: string): Promise<number | undefined> {
  return cache.keep(key, async ({ write }) => {
    for (const byte of content) write(Buffer.from(byte));
    return true;
  });
}

async function read(cache: SetUpCache, key: string): Promise<string | undefined> {
  await using kept = await cache.find(key);
  if (kept === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of kept.content) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Makes the newest file of the cache look as if last used so long ago. */
function ageNewest(hours: number): void {
  const paths = readdirSync(directory).map((name) => join(directory, name));
  const newest = paths.toSorted((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs)[0];
  const then = new Date(Date.now() - hours * HOUR_MS);
  if (newest !== undefined) utimesSync(newest, then, then);
}

test('what was kept under a key comes back byte for byte, to every process with the directory, and to nobody else', async () => {
  const cache = openSetUpCache({ directory, bytesMax: 1_000 });
  expect(await read(cache, 'a')).toBeUndefined();
  expect(await keep(cache, 'a', 'content')).toBe(7);
  expect(await read(openSetUpCache({ directory, bytesMax: 1_000 }), 'a')).toBe('content');
  expect(await read(cache, '../a')).toBeUndefined();
  expect(await keep(cache, '../../outside', 'more')).toBe(4);
  expect(readdirSync(root)).toEqual(['cache']);
  expect(readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777)).toEqual([0o600, 0o600]);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test('what is not whole leaves nothing, and what was kept before stays', async () => {
  const cache = openSetUpCache({ directory, bytesMax: 1_000 });
  await keep(cache, 'a', 'old');
  const half = cache.keep('a', async ({ write }) => {
    write(Buffer.from('ne'));
    return false;
  });
  expect(await half).toBeUndefined();
  const broken = cache.keep('a', async ({ write }) => {
    write(Buffer.from('ne'));
    throw new Error('guest is gone');
  });
  await expect(broken).rejects.toThrow('guest is gone');
  expect(await read(cache, 'a')).toBe('old');
  expect(readdirSync(directory)).toHaveLength(1);
});

test('the least recently used go first when all together are too large', async () => {
  const cache = openSetUpCache({ directory, bytesMax: 100 });
  for (const [key, hours] of [
    ['a', 3],
    ['b', 2],
    ['c', 1],
  ] as const) {
    await keep(cache, key, key.repeat(30));
    ageNewest(hours);
  }
  await read(cache, 'a');
  await keep(cache, 'd', 'd'.repeat(30));
  const left = await Promise.all(['a', 'b', 'c', 'd'].map((key) => read(cache, key)));
  expect(left.map((content) => content?.[0])).toEqual(['a', undefined, 'c', 'd']);
});

test('what alone is larger than the cache is not kept and drives nothing out', async () => {
  const cache = openSetUpCache({ directory, bytesMax: 100 });
  await keep(cache, 'a', 'small');
  expect(await keep(cache, 'b', 'b'.repeat(101))).toBeUndefined();
  expect(await read(cache, 'a')).toBe('small');
});

test('what is read while it is removed is read to the end', async () => {
  const cache = openSetUpCache({ directory, bytesMax: 1_000_000 });
  await keep(cache, 'a', 'x'.repeat(200_000));
  await using kept = await cache.find('a');
  await cache.remove('a');
  let bytes = 0;
  for await (const chunk of kept?.content ?? []) bytes += chunk.length;
  expect(bytes).toBe(200_000);
  expect(await cache.find('a')).toBeUndefined();
});

test('parts that a killed process left are removed after an hour, younger ones are somebody’s work', async () => {
  const cache = openSetUpCache({ directory, bytesMax: 1_000 });
  await keep(cache, 'a', 'a');
  writeFileSync(join(directory, 'old.part'), 'x');
  ageNewest(2);
  writeFileSync(join(directory, 'young.part'), 'x');
  await keep(cache, 'b', 'b');
  expect(readdirSync(directory).filter((name) => name.endsWith('.part'))).toEqual(['young.part']);
});

test('a writer that the disk cannot follow is told to stop, and nothing is kept', async () => {
  const cache = openSetUpCache({ directory, bytesMax: 1_000 });
  await keep(cache, 'a', 'a');
  const kept = cache.keep('b', async ({ signal, write }) => {
    const told = new Promise((resolve) => signal.addEventListener('abort', resolve));
    // More than may wait for the disk: nobody can be told to write more slowly.
    write(Buffer.alloc(65 * 1024 * 1024));
    await told;
    return true;
  });
  expect(await kept).toBeUndefined();
  expect(readdirSync(directory)).toHaveLength(1);
});
