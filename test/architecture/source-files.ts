import { readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** A file written by hand: its path from the tree's root with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const CODE = /\.(?:[cm]?[jt]sx?|py|sh)$/;
const NOT_OURS =
  /(?:^|\/)(?:node_modules|dist|coverage)\/|^prisma\/generated\/|^dashboard\/src\/generated\/|^test\/fixtures\//;

/** Reads every code file under `folders` of the tree at `root`; generated code and fixtures are left out. */
export async function sourceFiles(root: string, folders: readonly string[]): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const folder of folders) {
    if (!existsSync(join(root, folder))) continue;
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/');
      if (!entry.isFile() || !CODE.test(path) || NOT_OURS.test(path)) continue;
      files.push({ path, text: await readFile(join(root, path), 'utf8') });
    }
  }
  return files;
}
