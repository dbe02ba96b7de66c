import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGit, mustSucceed, type Git } from '../../../workers/git/git.ts';
import { openStage } from './stage.ts';

let home = '';
let git: Git;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'git-'));
  git = createGit({ home, hostEnv: { PATH: process.env['PATH'], HOME: '/elsewhere' }, allowProtocols: ['http'] });
});
afterEach(() => rmSync(home, { recursive: true }));

function running(word: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
    } catch {
      return false;
    }
  });
}

it.runIf(process.platform === 'linux')(
  'kills a command that takes too long or is aborted, and all it started',
  async () => {
    await using stage = await openStage();
    let asked = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (asked = resolve));
    stage.host.fault = () => {
      asked();
      return { delayMs: 20_000 };
    };
    const args = ['ls-remote', stage.access.url];
    const env = {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.extraHeader',
      GIT_CONFIG_VALUE_0: authorization(stage.access),
    };
    const abort = new AbortController();
    const aborted = git(home, { args, env, signal: abort.signal });
    await arrived;
    expect(running(stage.access.url).length).toBeGreaterThan(1);
    abort.abort();
    expect(await aborted).toMatchObject({ end: 'aborted', code: null });
    expect(await git(home, { args, env, timeoutMs: 200 })).toMatchObject({ end: 'timeout', code: null });
    await expect.poll(() => running(stage.access.url)).toEqual([]);
  },
);

it('stops a command that floods us', async () => {
  const repository = join(home, 'r.git');
  mustSucceed(await git(repository, { args: ['init', '--bare', '--quiet'] }), 'init');
  writeFileSync(join(home, 'big'), Buffer.alloc(65 * 1024 * 1024));
  const written = await git(repository, { args: ['hash-object', '-w', '--', join(home, 'big')] });
  const id = written.stdout.toString('utf8').trim();
  const exit = await git(repository, { args: ['cat-file', 'blob', id] });
  expect(exit).toMatchObject({ end: 'output-limit', code: null });
  expect(() => mustSucceed(exit, 'Reading')).toThrow('Reading failed');
});

it('runs with a clean environment', async () => {
  process.env['ASTRAFORGE_CANARY'] = 'leaked';
  const exit = await git(home, { args: ['-c', 'alias.show-env=!env', 'show-env'] });
  delete process.env['ASTRAFORGE_CANARY'];
  const names = exit.stdout
    .toString('utf8')
    .split('\n')
    .map((line) => line.split('=')[0]);
  expect(names).toContain('GIT_TERMINAL_PROMPT');
  expect(exit.stdout.toString('utf8')).toContain(`HOME=${home}\n`);
  expect(names).not.toContain('ASTRAFORGE_CANARY');
});

function authorization({ username, token }: { username: string; token: string }): string {
  return `Authorization: Basic ${Buffer.from(`${username}:${token}`).toString('base64')}`;
}
