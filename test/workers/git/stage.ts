import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { Bundle, CommitDraft, PreparedCommit, Repositories } from '#core/ports/host/repository.ts';
import type { LogFields, Logger } from '#core/ports/runtime.ts';
import type { GitAccess } from '#core/ports/host/vcs.ts';
import { createRepositories, type RepositoriesOptions } from '../../../workers/git/repositories.ts';
import { startGitHost, type GitHost } from './git-host.ts';

export const REPO: RepoRef = { provider: 'github', installationId: 7, id: 42, owner: 'octo', name: 'demo' };
export const TOKEN = 'ghs_canary_0123456789abcdefghijklmnopqrstuv';
export const DRAFT: CommitDraft = {
  message: 'Fix the test\n\nRequested-by: mona',
  author: { name: 'AstraForge', email: 'bot@example.test' },
  date: '2026-11-05T10:20:30.456Z',
};

/** Runs git the plain way, as a person would, and returns its trimmed stdout. */
export function sh(cwd: string, ...args: string[]): string {
  return shBytes(cwd, ...args)
    .toString('utf8')
    .trim();
}

/** Like {@link sh}, untouched bytes. */
export function shBytes(cwd: string, ...args: string[]): Buffer {
  const who = { GIT_AUTHOR_NAME: 'p', GIT_AUTHOR_EMAIL: 'p@x', GIT_COMMITTER_NAME: 'p', GIT_COMMITTER_EMAIL: 'p@x' };
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    LC_ALL: 'C',
    ...who,
  };
  return execFileSync('git', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024 });
}

/** Writes files (null deletes), commits everything and returns the commit id. */
export function commitFiles(work: string, files: Record<string, string | Uint8Array | null>, message = 'more'): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(work, name);
    mkdirSync(dirname(path), { recursive: true });
    if (content === null) rmSync(path);
    else writeFileSync(path, content);
  }
  sh(work, 'add', '-A');
  sh(work, 'commit', '--quiet', '--allow-empty', '-m', message);
  return sh(work, 'rev-parse', 'HEAD');
}

/** A host with one repository, a person's clone of it that pushes by path, and repositories under test. */
export interface Stage extends AsyncDisposable {
  readonly host: GitHost;
  readonly directory: string;
  /** The person's work tree; on branch main. */
  readonly work: string;
  /** The bare repository on the host. */
  readonly bare: string;
  readonly access: GitAccess;
  readonly logged: LogFields[];
  readonly repositories: Repositories;
  /** Another instance on the same directory, like a second worker. */
  another(options?: Partial<RepositoriesOptions>): Repositories;
  /** Publishes the person's branch. */
  publish(branch?: string): void;
  temp(name: string): string;
}

export async function openStage(options: Partial<RepositoriesOptions> = {}): Promise<Stage> {
  const root = mkdtempSync(join(tmpdir(), 'repositories-'));
  const [hosted, work, directory] = [join(root, 'hosted'), join(root, 'work'), join(root, 'mirrors')];
  const bare = join(hosted, 'octo/demo.git');
  mkdirSync(bare, { recursive: true });
  sh(bare, 'init', '--quiet', '--bare', '-b', 'main');
  sh(root, 'init', '--quiet', '-b', 'main', work);
  commitFiles(work, { 'README.md': '# demo\n', 'src/sum.js': 'export const sum = (a, b) => a - b;\n' }, 'first');
  sh(work, 'push', '--quiet', bare, 'main');
  const host = await startGitHost(hosted);
  host.tokens.set(TOKEN, 'write');
  const logged: LogFields[] = [];
  const log = (fields: LogFields): void => void logged.push(fields);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const opened: AsyncDisposable[] = [];
  const another = (more: Partial<RepositoriesOptions> = {}): Repositories => {
    const settings = { directory, logger, allowProtocols: ['http'], hostEnv: process.env, ...options, ...more };
    const repositories = createRepositories(settings);
    opened.push(repositories);
    return repositories;
  };
  return {
    host,
    directory,
    work,
    bare,
    logged,
    another,
    access: { url: host.url('octo/demo.git'), username: 'x-access-token', token: TOKEN },
    repositories: another(),
    publish: (branch = 'main') => void sh(work, 'push', '--quiet', '--force', bare, `HEAD:refs/heads/${branch}`),
    temp: (name) => join(root, name),
    [Symbol.asyncDispose]: async () => {
      for (const each of opened) await each[Symbol.asyncDispose]();
      await host[Symbol.asyncDispose]();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The patch of everything that differs from `base` in a work tree, as a workspace collects it. */
export function collectPatch(work: string, base: string): Uint8Array {
  sh(work, 'add', '-A');
  return shBytes(work, 'diff', '--cached', '--binary', '--full-index', '--no-ext-diff', '--no-textconv', '-M', base);
}

/** A commit of ours in the mirror: what `edit` does to the person's work tree, which is clean again afterwards. */
export async function prepareOurs(stage: Stage, edit: (work: string) => void): Promise<PreparedCommit> {
  const baseSha = sh(stage.work, 'rev-parse', 'HEAD');
  await (await stage.repositories.bundle(REPO, { ref: 'main', sha: baseSha }, stage.access))[Symbol.asyncDispose]();
  edit(stage.work);
  const patch = collectPatch(stage.work, baseSha);
  sh(stage.work, 'reset', '--hard', '--quiet');
  return stage.repositories.commit(REPO, { baseSha, patch, draft: DRAFT });
}

/** Clones a bundle the way a workspace does. */
export function cloneBundle(bundle: Bundle, into: string): string {
  sh(dirname(into), 'clone', '--quiet', '-b', bundle.ref.replace('refs/heads/', ''), bundle.path, into);
  return into;
}
