import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const BUILT = join(import.meta.dirname, '../../dashboard/dist');
const FIRST_LOAD_BYTES_MAX = 200_000;
const FIRST_IMPORTS = /(?:from|import)\s*"(\.\/[^"]+\.js)"/g;

/** A script and all that it cannot begin without, by name; what it fetches later is left out. */
async function neededBy(name: string, seen = new Map<string, number>()): Promise<Map<string, number>> {
  if (seen.has(name)) return seen;
  const text = await readFile(join(BUILT, 'assets', name), 'utf8');
  seen.set(name, gzipSync(text).byteLength);
  for (const [, other = ''] of text.matchAll(FIRST_IMPORTS)) await neededBy(other.slice(2), seen);
  return seen;
}

it('the first load of any page, its own script included, is under 200 kB of compressed script', async () => {
  const index = await readFile(join(BUILT, 'index.html'), 'utf8');
  const entry = /src="\/assets\/([^"]+\.js)"/.exec(index)?.[1] ?? '';
  const first = await neededBy(entry);
  const sum = (sizes: Iterable<number>): number => [...sizes].reduce((total, size) => total + size, 0);
  expect(sum(first.values())).toBeGreaterThan(50_000);
  const pages = (await readdir(join(BUILT, 'assets'))).filter((name) => /-page-.*\.js$/.test(name));
  expect(pages.length).toBeGreaterThanOrEqual(9);
  for (const page of pages) {
    const all = await neededBy(page, new Map(first));
    expect(sum(all.values()), page).toBeLessThan(FIRST_LOAD_BYTES_MAX);
  }
});

it('nothing stands inline, so that the policy needs no exception', async () => {
  const index = await readFile(join(BUILT, 'index.html'), 'utf8');
  expect(index).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/i);
  expect(index.match(/(?:src|href)="[^"]*"/g)?.filter((address) => !/="\//.test(address))).toEqual([]);
});
