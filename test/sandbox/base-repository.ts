import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bundle } from '#core/ports/host/repository.ts';

const run = promisify(execFile);
const PATCH_BYTES_MAX = 64 * 1024 * 1024;
const IDENTITY = { NAME: 'Base', EMAIL: 'base@example.org', DATE: '2026-01-01T00:00:00Z' };

/** A repository on the host with one of each kind of file, and its bundle. */
export interface BaseRepository extends AsyncDisposable {
  readonly bundle: Bundle;
  /** Applies a patch to the base commit without a working tree; the id of the tree that results. */
  treeAfter(patch: Uint8Array): Promise<string>;
  /** Changed paths of a patch on the base, as `git diff --raw` prints them. */
  rawChanges(patch: Uint8Array): Promise<string[]>;
}

/** Makes it in a fresh directory; host configuration takes no part. */
export async function makeBaseRepository(branch = 'main'): Promise<BaseRepository> {
  const root = await mkdtemp(join(tmpdir(), 'base-'));
  const work = join(root, 'work');
  const git = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> =>
    run('git', ['-C', work, ...args], { env: { ...gitEnv(), ...env }, maxBuffer: PATCH_BYTES_MAX }).then(({ stdout }) =>
      stdout.trim(),
    );
  await mkdir(join(work, 'src'), { recursive: true });
  await fill(work);
  await git(['init', '-q', '-b', branch]);
  await git(['add', '-A']);
  await git(['commit', '-q', '-m', 'base']);
  const path = join(root, 'base.bundle');
  await git(['bundle', 'create', '-q', path, `refs/heads/${branch}`]);
  const sha = await git(['rev-parse', 'HEAD']);
  const treeAfter = async (patch: Uint8Array): Promise<string> => {
    const index = { GIT_INDEX_FILE: join(root, `index-${Date.now()}`) };
    await git(['read-tree', sha], index);
    await writeFile(join(root, 'patch'), patch);
    if (patch.length > 0) await git(['apply', '--cached', '--binary', join(root, 'patch')], index);
    return git(['write-tree'], index);
  };
  return {
    bundle: {
      path,
      ref: `refs/heads/${branch}`,
      sha,
      sizeBytes: (await stat(path)).size,
      [Symbol.asyncDispose]: async () => undefined,
    },
    treeAfter,
    rawChanges: async (patch) =>
      (await git(['-c', 'core.quotePath=false', 'diff', '--raw', '-M', sha, await treeAfter(patch)]))
        .split('\n')
        .filter(Boolean),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

async function fill(work: string): Promise<void> {
  const files: Record<string, string | Buffer> = {
    'src/changed.txt': 'one\ntwo\nthree\n',
    'src/deleted.txt': 'goes\n',
    'src/renamed.txt': Array.from({ length: 40 }, (_, line) => `line ${line}\n`).join(''),
    'src/staged.txt': 'before\n',
    'windows.txt': 'crlf\r\nline\r\n',
    'image.bin': Buffer.from(Array.from({ length: 512 }, (_, at) => at % 256)),
    'run.sh': '#!/bin/sh\n',
    'ünï çödé/файл.txt': 'unicode\n',
    '.gitignore': 'ignored/\n*.log\n',
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(work, name, '..'), { recursive: true });
    await writeFile(join(work, name), content);
  }
  await symlink('src/changed.txt', join(work, 'link'));
  await chmod(join(work, 'run.sh'), 0o644);
}

function gitEnv(): NodeJS.ProcessEnv {
  const { NAME, EMAIL, DATE } = IDENTITY;
  return {
    PATH: process.env['PATH'],
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: NAME,
    GIT_AUTHOR_EMAIL: EMAIL,
    GIT_AUTHOR_DATE: DATE,
    GIT_COMMITTER_NAME: NAME,
    GIT_COMMITTER_EMAIL: EMAIL,
    GIT_COMMITTER_DATE: DATE,
  };
}
