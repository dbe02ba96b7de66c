import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { DEV_PACKAGE, UNDECLARED_PACKAGE, type PlantedViolation } from './planted-violations.ts';

/** One import statement to write; the same shape serves refused and permitted ones. */
type PlantedImport = Pick<PlantedViolation, 'from' | 'to'> & Partial<Pick<PlantedViolation, 'as'>>;

const STUB = 'export interface Stub { readonly planted: true }\n';
const DEV_PACKAGES = [DEV_PACKAGE, 'vitest'];

/**
 * Writes a miniature of the tree into the empty directory `root`: the importing files, a stub for each imported file, and a
 * stub package for each imported package. It depends on nothing that is installed or written in the real tree.
 */
export async function plantTree(root: string, imports: readonly PlantedImport[]): Promise<void> {
  const files = new Map<string, string>();
  for (const { to } of imports) if (isTreePath(to)) files.set(to, STUB);
  for (const planted of imports) {
    append(files, planted.from, statement(planted));
    if (planted.as === 'mutual-types')
      append(files, planted.to, statement({ ...planted, from: planted.to, to: planted.from }));
  }
  const names = new Set(imports.map((planted) => planted.to).filter(isPackage));
  for (const name of names) {
    files.set(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    files.set(`node_modules/${name}/index.js`, 'module.exports = {};\n');
  }
  files.set('package.json', JSON.stringify(manifest([...names])));
  files.set('tsconfig.json', JSON.stringify({ compilerOptions: { module: 'nodenext', target: 'es2023' } }));
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

function isTreePath(to: string): boolean {
  return /\.(?:ts|mjs)$/.test(to) && !to.startsWith('.');
}

function isPackage(to: string): boolean {
  return !isTreePath(to) && !to.startsWith('.') && !to.startsWith('node:');
}

function append(files: Map<string, string>, path: string, line: string): void {
  files.set(path, `${line}\n${files.get(path) ?? STUB}`);
}

function statement({ from, to, as }: PlantedImport): string {
  const specifier = specifierOf(from, to);
  if (as === 'dynamic') return `export const lazily = () => import('${specifier}');`;
  return as === 'mutual-types' ? `import type { Stub as Other } from '${specifier}';` : `import '${specifier}';`;
}

function specifierOf(from: string, to: string): string {
  if (!isTreePath(to)) return to;
  if (to.startsWith('app/core/') && !from.startsWith('app/core/')) return to.replace('app/core/', '#core/');
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

function manifest(names: readonly string[]): object {
  const shipped = names.filter((name) => name !== UNDECLARED_PACKAGE && !DEV_PACKAGES.includes(name));
  const pin = (list: readonly string[]) => Object.fromEntries(list.map((name) => [name, '1.0.0']));
  return {
    name: 'planted',
    type: 'module',
    imports: { '#core/*': './app/core/*' },
    dependencies: pin(shipped),
    devDependencies: pin(DEV_PACKAGES),
  };
}
