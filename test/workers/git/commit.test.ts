import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectPatch, commitFiles, DRAFT, openStage, REPO, sh, type Stage } from './stage.ts';

const BINARY = Uint8Array.from({ length: 3000 }, (_, at) => (at * 37) % 256);
const POEM = Array.from({ length: 20 }, (_, at) => `line ${at}\n`).join('');
// Looks like a count of lines to a careless reader of `diff-tree --numstat -z`.
const RENAMED = '7\t7\tmoved poem.txt';
const MIRROR = 'github-42.git';

/** A base with one file of every kind, mirrored; the person's work tree stands on it. */
async function mirrorBase(stage: Stage): Promise<string> {
  const files = {
    'poem.txt': POEM,
    'gone.txt': 'gone\n',
    'run.sh': '#!/bin/sh\n',
    'crlf.txt': 'a\r\nb\r\n',
    'pic.bin': BINARY,
  };
  commitFiles(stage.work, { ...files, '.gitattributes': '* text=auto eol=crlf\n*.bin -text\n', becomes: 'a file\n' });
  const sha = sh(stage.work, 'rev-parse', 'HEAD');
  stage.publish();
  await stage.repositories.bundle(REPO, { ref: 'main', sha }, stage.access);
  return sha;
}

function editEverything(work: string): void {
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(work, name), content);
  renameSync(join(work, 'poem.txt'), join(work, RENAMED));
  write(RENAMED, `${POEM}one more   \n\t \n`);
  rmSync(join(work, 'gone.txt'));
  chmodSync(join(work, 'run.sh'), 0o755);
  write('pic.bin', BINARY.toReversed());
  write('new.bin', BINARY);
  write('crlf.txt', 'a\r\nB\nmixed\r\n  trailing  \r\n');
  write('empty', '');
  write('no newline', 'the end');
  write('grüße 日本 "quoted"\ttab', 'ünï\n');
  rmSync(join(work, 'becomes'));
  symlinkSync('../outside/ö', join(work, 'becomes'));
  mkdirSync(join(work, 'deep/er'), { recursive: true });
  symlinkSync('/etc/passwd', join(work, 'deep/er/link'));
}

describe('commit', () => {
  it('carries every kind of change byte for byte and reports each path', async () => {
    await using stage = await openStage();
    const baseSha = await mirrorBase(stage);
    editEverything(stage.work);
    const patch = collectPatch(stage.work, baseSha);
    const { sha, paths, ...counts } = await stage.repositories.commit(REPO, { baseSha, patch, draft: DRAFT });
    const mirror = join(stage.directory, MIRROR);
    expect(sh(mirror, 'rev-parse', `${sha}^{tree}`)).toBe(sh(stage.work, 'write-tree'));
    expect(sh(mirror, 'rev-parse', `${sha}^`)).toBe(baseSha);
    const kept = { mode: '100644', oldMode: '100644' };
    const added = { status: 'added', mode: '100644', oldMode: '000000' };
    expect(paths).toEqual([
      { path: RENAMED, from: 'poem.txt', status: 'renamed', ...kept },
      { path: 'becomes', status: 'type-changed', mode: '120000', oldMode: '100644', linkTarget: '../outside/ö' },
      { path: 'crlf.txt', status: 'modified', ...kept },
      { path: 'deep/er/link', status: 'added', mode: '120000', oldMode: '000000', linkTarget: '/etc/passwd' },
      { path: 'empty', ...added },
      { path: 'gone.txt', status: 'deleted', mode: '000000', oldMode: '100644' },
      { path: 'grüße 日本 "quoted"\ttab', ...added },
      { path: 'new.bin', ...added },
      { path: 'no newline', ...added },
      { path: 'pic.bin', status: 'modified', ...kept },
      { path: 'run.sh', status: 'modified', mode: '100755', oldMode: '100644' },
    ]);
    const stat = sh(stage.work, 'diff', '--cached', '--shortstat', '-M', baseSha);
    expect(stat).toContain(`${counts.additions} insertions(+), ${counts.deletions} deletions(-)`);
  });

  it('gives the same id for the same draft, on any worker, and another one for another date', async () => {
    await using stage = await openStage();
    const baseSha = await mirrorBase(stage);
    writeFileSync(join(stage.work, 'a.txt'), 'a\n');
    const change = { baseSha, patch: collectPatch(stage.work, baseSha), draft: DRAFT };
    const elsewhere = stage.another({ directory: stage.temp('elsewhere') });
    await elsewhere.bundle(REPO, { ref: 'main', sha: baseSha }, stage.access);
    const first = await stage.repositories.commit(REPO, change);
    expect(await stage.repositories.commit(REPO, change)).toEqual(first);
    expect(await elsewhere.commit(REPO, change)).toEqual(first);
    const later = { ...change, draft: { ...DRAFT, date: '2026-11-05T10:20:31Z' } };
    expect((await stage.repositories.commit(REPO, later)).sha).not.toBe(first.sha);
    const who = 'AstraForge <bot@example.test> 1793874030 +0000';
    const text = sh(join(stage.directory, MIRROR), 'cat-file', 'commit', first.sha);
    expect(text).toContain(`\nauthor ${who}\ncommitter ${who}\n\n${DRAFT.message}`);
  });

  it('shows a submodule as what it is', async () => {
    await using stage = await openStage();
    const baseSha = await mirrorBase(stage);
    sh(stage.work, 'update-index', '--add', '--cacheinfo', `160000,${baseSha},vendor/evil`);
    mkdirSync(join(stage.work, 'vendor/evil'), { recursive: true });
    const patch = collectPatch(stage.work, baseSha);
    const { paths } = await stage.repositories.commit(REPO, { baseSha, patch, draft: DRAFT });
    expect(paths).toEqual([{ path: 'vendor/evil', status: 'added', mode: '160000', oldMode: '000000' }]);
  });
});

describe('commit fails', () => {
  const added = (path: string): Uint8Array =>
    Buffer.from(
      `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`,
    );

  it('as invalid on a patch that does not apply, is none, or leaves the tree', async () => {
    await using stage = await openStage();
    const baseSha = await mirrorBase(stage);
    const patches = [
      Buffer.from('diff --git a/poem.txt b/poem.txt\n--- a/poem.txt\n+++ b/poem.txt\n@@ -1 +1 @@\n-other\n+x\n'),
      new Uint8Array(),
      Buffer.from('hello'),
      ...['../x', '.git/hooks/post-checkout', 'a/.GIT/config', 'a/../../x', '/tmp/x', '.g\u200cit/config'].map(added),
    ];
    for (const patch of patches) {
      const failed = stage.repositories.commit(REPO, { baseSha, patch, draft: DRAFT });
      await expect(failed, Buffer.from(patch).toString()).rejects.toMatchObject({ name: 'AppError', code: 'invalid' });
    }
    const control = await stage.repositories.commit(REPO, { baseSha, patch: added('a/x'), draft: DRAFT });
    expect(control.paths).toHaveLength(1);
  });

  it('as missing when the mirror does not hold the base', async () => {
    await using stage = await openStage();
    const change = { baseSha: 'a'.repeat(40), patch: added('x'), draft: DRAFT };
    await expect(stage.repositories.commit(REPO, change)).rejects.toMatchObject({ code: 'missing' });
    await mirrorBase(stage);
    await expect(stage.repositories.commit(REPO, change)).rejects.toMatchObject({ code: 'missing' });
  });

  it('as invalid on a draft that Git would change or refuse', async () => {
    await using stage = await openStage();
    const baseSha = await mirrorBase(stage);
    const { author } = DRAFT;
    for (const draft of [
      { ...DRAFT, date: 'yesterday' },
      { ...DRAFT, message: ' \n' },
      { ...DRAFT, message: 'a\0b' },
      { ...DRAFT, author: { ...author, name: '' } },
      { ...DRAFT, author: { ...author, name: 'A\nB' } },
      { ...DRAFT, author: { ...author, email: 'a> <b' } },
    ]) {
      const failed = stage.repositories.commit(REPO, { baseSha, patch: added('x'), draft });
      await expect(failed, JSON.stringify(draft)).rejects.toMatchObject({ code: 'invalid' });
    }
  });
});
