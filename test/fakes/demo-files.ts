import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

const DEMO_REPOSITORY = path.join(import.meta.dirname, '../fixtures/demo-repository');

/** The files of the demo repository, text by path: a small Node project with one real bug and one test that shows it. */
export async function demoFiles(): Promise<Record<string, string>> {
  const entries = await readdir(DEMO_REPOSITORY, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const read = files.map(async (file) => [path.relative(DEMO_REPOSITORY, file), await readFile(file, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(read));
}
