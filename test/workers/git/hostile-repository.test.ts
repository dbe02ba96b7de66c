import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  cloneBundle,
  collectPatch,
  commitFiles,
  DRAFT,
  openStage,
  prepareOurs,
  REPO,
  sh,
  type Stage,
} from './stage.ts';

/** Everything we do with a repository, once. */
async function wholeWay(stage: Stage): Promise<void> {
  const sha = sh(stage.work, 'rev-parse', 'HEAD');
  const bundle = await stage.repositories.bundle(REPO, { ref: 'main', sha }, stage.access);
  cloneBundle(bundle, stage.temp('clone'));
  writeFileSync(join(stage.temp('clone'), 'mine.txt'), 'mine\n');
  const change = { baseSha: sha, patch: collectPatch(stage.temp('clone'), sha), draft: DRAFT };
  const made = await stage.repositories.commit(REPO, change);
  await stage.repositories.push(REPO, { sha: made.sha, branch: 'ours', from: null }, stage.access);
}

describe('nothing is run', () => {
  it('of a repository with filters, a submodule by ext:: and odd attributes', async () => {
    await using stage = await openStage();
    const canary = stage.temp('canary');
    sh(stage.work, 'update-index', '--add', '--cacheinfo', `160000,${sh(stage.work, 'rev-parse', 'HEAD')},sub`);
    mkdirSync(join(stage.work, 'sub'));
    commitFiles(stage.work, {
      '.gitattributes': '* filter=canary diff=canary merge=canary ident\n',
      '.gitmodules': `[submodule "sub"]\n\tpath = sub\n\turl = ext::sh -c touch% ${canary}\n\tupdate = checkout\n`,
      '.lfsconfig': `[lfs]\n\turl = http://127.0.0.1:1/\n`,
      '.gitconfig': `[core]\n\tfsmonitor = touch ${canary}\n`,
    });
    stage.publish();
    await wholeWay(stage);
    expect(existsSync(canary)).toBe(false);
  });

  it('of merge drivers that a repository names, although a mirror would define them, nor do its attributes count', async () => {
    await using stage = await openStage();
    const canary = stage.temp('canary');
    const attributes = '* merge=evil\nlist.txt merge=union\nmine.txt merge=ours -text\n';
    commitFiles(stage.work, { '.gitattributes': attributes, 'a.txt': '1\n2\n3\n4\n', 'list.txt': 'base\n' });
    stage.publish();
    const ours = await prepareOurs(stage, (work) => {
      writeFileSync(join(work, 'a.txt'), '1\n2\n3\nours\n');
    });
    const both = await prepareOurs(stage, (work) => writeFileSync(join(work, 'list.txt'), 'ours\n'));
    const mirror = join(stage.directory, 'github-42.git');
    sh(mirror, 'config', 'merge.evil.driver', `touch ${canary}; true`);
    sh(mirror, 'config', 'merge.default', 'evil');
    const head = commitFiles(stage.work, { 'a.txt': 'theirs\n2\n3\n4\n', 'list.txt': 'theirs\n' });
    stage.publish();
    const sides = { head, branch: 'main', draft: DRAFT };
    const merged = await stage.repositories.merge(REPO, { ...sides, commit: ours.sha }, stage.access);
    expect(merged).toMatchObject({ kind: 'merged', commit: { paths: [{ path: 'a.txt' }] } });
    const conflict = await stage.repositories.merge(REPO, { ...sides, commit: both.sha }, stage.access);
    expect(conflict).toEqual({ kind: 'conflict', paths: ['list.txt'] });
    expect(existsSync(canary)).toBe(false);
    spawnSync('git', ['merge-tree', '--write-tree', head, ours.sha], { cwd: mirror });
    expect(existsSync(canary)).toBe(true);
  });

  it('of hooks and programs that lie in the mirror or in the home and environment of the worker', async () => {
    const traps = (stage: Stage): Record<string, string> => ({
      HOME: stage.temp('home'),
      GIT_CONFIG_GLOBAL: join(stage.temp('home'), '.gitconfig'),
      GIT_EXTERNAL_DIFF: stage.temp('trap'),
      GIT_ASKPASS: stage.temp('trap'),
      GIT_TRACE: stage.temp('canary'),
      GIT_PROXY_COMMAND: stage.temp('trap'),
      GIT_DIR: '/nonexistent',
    });
    await using stage = await openStage();
    const canary = stage.temp('canary');
    mkdirSync(stage.temp('home'));
    writeFileSync(stage.temp('trap'), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
    const config = `[core]\n\thooksPath = ${stage.temp('hooks')}\n\tfsmonitor = ${stage.temp('trap')}\n[url "ext::sh"]\n\tinsteadOf = http://127.0.0.1\n`;
    writeFileSync(join(stage.temp('home'), '.gitconfig'), config);
    const trapped = stage.another({ hostEnv: { ...process.env, ...traps(stage) } });
    const sha = sh(stage.work, 'rev-parse', 'HEAD');
    await trapped.bundle(REPO, { ref: 'main', sha }, stage.access);
    const mirror = join(stage.directory, 'github-42.git');
    for (const directory of [stage.temp('hooks'), join(mirror, 'hooks')]) {
      mkdirSync(directory);
      for (const hook of ['reference-transaction', 'pre-push', 'pre-auto-gc', 'post-index-change']) {
        writeFileSync(join(directory, hook), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
      }
    }
    await wholeWay({ ...stage, repositories: trapped });
    expect(existsSync(canary)).toBe(false);
    sh(mirror, 'update-ref', 'refs/control', sha);
    expect(existsSync(canary)).toBe(true);
  });

  it('and a repository that would trick older clients is refused as invalid', async () => {
    await using stage = await openStage();
    const blob = sh(stage.work, 'hash-object', '-w', 'README.md');
    const input = `100644 blob ${blob}\tconfig\n`;
    const inner = execFileSync('git', ['mktree'], { cwd: stage.work, input, encoding: 'utf8' }).trim();
    const entry = `040000 tree ${inner}\t.GIT\n`;
    const tree = execFileSync('git', ['mktree'], { cwd: stage.work, input: entry, encoding: 'utf8' }).trim();
    const sha = sh(stage.work, 'commit-tree', '-m', 'evil', tree);
    sh(stage.work, 'push', '--quiet', stage.bare, `${sha}:refs/heads/evil`);
    const bundle = stage.repositories.bundle(REPO, { ref: 'evil', sha }, stage.access);
    await expect(bundle).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('malformed') });
  });

  it('but an old history with sloppy dates and modes is accepted', async () => {
    await using stage = await openStage();
    const tree = sh(stage.work, 'rev-parse', 'HEAD^{tree}');
    const text = `tree ${tree}\nauthor Old <> 0001 +051800\ncommitter Old<a@b 1 -7\n\nold\n`;
    const args = ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'];
    const sha = execFileSync('git', args, { cwd: stage.bare, input: text, encoding: 'utf8' }).trim();
    sh(stage.bare, 'update-ref', 'refs/heads/old', sha);
    await using bundle = await stage.repositories.bundle(REPO, { ref: 'old', sha }, stage.access);
    expect(bundle.sha).toBe(sha);
  });
});
