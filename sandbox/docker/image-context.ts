import { cp, chmod, copyFile, link, mkdir, readFile, realpath } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '#core/domain/errors.ts';
import { findCodexPackage } from '../codex-package.ts';
import type { CodexPackage } from '../codex-package.ts';
import { runHostProgram } from '../host-program.ts';

/** Node and npm inside the image; from the npm registry, since npm does not work inside a build everywhere. */
const NODE_VERSION = '24.21.0';
const NPM_VERSION = '11.21.2';
const PACK_TIMEOUT_MS = 300_000;
/** What of the Codex package the agent needs; its own sandbox and voice do not work in a container. */
const CODEX_FILES = ['bin/codex', 'bin/codex-code-mode-host', 'codex-path/rg', 'codex-package.json'];

/** Files of `image/` that an image is built from. */
export const IMAGE_FILES = [
  'Dockerfile',
  'commands.mjs',
  'daemon.mjs',
  'doors.mjs',
  'forward.mjs',
  'frames.mjs',
  'processes.mjs',
] as const;

/** Debian packages of a workspace, installed by the Dockerfile or already in a base made here. */
export const WORKSPACE_PACKAGES = [
  'ca-certificates',
  'git',
  'less',
  'patch',
  'procps',
  'python3',
  'python3-pip',
  'python3-venv',
  'ripgrep',
  'tini',
] as const;

/** A short digest of everything an image is made from, so that an image made from something else is made again. */
export async function imageRecipe(): Promise<string> {
  const hash = createHash('sha256');
  for (const part of [findCodexPackage().version, NODE_VERSION, NPM_VERSION, ...WORKSPACE_PACKAGES])
    hash.update(`${part}\n`);
  for (const name of IMAGE_FILES) hash.update(await readFile(imageFile(name)));
  return hash.digest('hex').slice(0, 16);
}

/** Fills an empty directory with the build context of `image/Dockerfile`. Throws AppError `unavailable`. */
export async function fillBuildContext(context: string, onProgress: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux') {
    throw new AppError(
      'unavailable',
      'A workspace image can be built on Linux only. Set CODEX_WORKSPACE_IMAGE to an image that can be pulled.',
    );
  }
  for (const name of IMAGE_FILES) await copyFile(imageFile(name), join(context, name));
  await addCodex(findCodexPackage(), join(context, 'codex'));
  onProgress(`fetching Node ${NODE_VERSION} and npm ${NPM_VERSION}`);
  await addNode(context, onProgress);
}

/** 370 MB, so linked where the file system allows it. */
async function addCodex({ root }: CodexPackage, target: string): Promise<void> {
  for (const name of CODEX_FILES) {
    const destination = join(target, name);
    await mkdir(dirname(destination), { recursive: true });
    await link(join(root, name), destination).catch(() => copyFile(join(root, name), destination));
  }
}

async function addNode(context: string, onProgress: (line: string) => void): Promise<void> {
  try {
    await unpack(`node-linux-${process.arch}@${NODE_VERSION}`, 'package/bin/node', { context, into: '.', strip: 2 });
    await mkdir(join(context, 'npm'));
    await unpack(`npm@${NPM_VERSION}`, 'package', { context, into: 'npm', strip: 1 });
  } catch {
    onProgress('no registry answers; taking this machine’s own Node and npm');
    await copyFile(process.execPath, join(context, 'node'));
    const npm = join(dirname(await realpath(process.execPath)), '..', 'lib', 'node_modules', 'npm');
    await cp(npm, join(context, 'npm'), { recursive: true });
  }
  await chmod(join(context, 'node'), 0o755);
}

/** Fetches one package with npm, which checks its digest, and unpacks `member` of it. */
async function unpack(
  name: string,
  member: string,
  place: { context: string; into: string; strip: number },
): Promise<void> {
  const { context, into, strip } = place;
  const printed = await runHostProgram({
    argv: ['npm', 'pack', '--silent', name],
    cwd: context,
    timeoutMs: PACK_TIMEOUT_MS,
  });
  const archive = printed.trim().split('\n').at(-1) ?? '';
  const options = ['-xzf', archive, '-C', into, `--strip-components=${strip}`, member];
  await runHostProgram({ argv: ['tar', ...options], cwd: context, timeoutMs: PACK_TIMEOUT_MS });
}

function imageFile(name: string): string {
  return fileURLToPath(new URL(`../image/${name}`, import.meta.url));
}
