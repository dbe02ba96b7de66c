import { chmodSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cloneBundle, collectPatch, commitFiles, DRAFT, openStage, REPO, sh, type Stage } from './stage.ts';

/** Work nobody has seen, and the base it is on. */
function unpublished(stage: Stage): { base: { ref: string; sha: string }; patch: Uint8Array } {
  const sha = sh(stage.work, 'rev-parse', 'HEAD');
  writeFileSync(
    join(stage.work, 'pic.bin'),
    Uint8Array.from({ length: 999 }, (_, at) => (at * 37) % 256),
  );
  writeFileSync(join(stage.work, 'grüße "日本".txt'), 'ünï\r\n');
  writeFileSync(join(stage.work, 'run.sh'), '#!/bin/sh\n');
  chmodSync(join(stage.work, 'run.sh'), 0o755);
  symlinkSync('README.md', join(stage.work, 'link'));
  rmSync(join(stage.work, 'src/sum.js'));
  const patch = collectPatch(stage.work, sha);
  return { base: { ref: 'main', sha }, patch };
}

it('a bundle of unpublished work loads in a clone, shows the patch, and the next one is against the base still', async () => {
  await using stage = await openStage();
  const { base, patch } = unpublished(stage);
  const tree = sh(stage.work, 'write-tree');
  await using bundle = await stage.repositories.bundle(REPO, base, stage.access, { patch, draft: DRAFT });
  const clone = cloneBundle(bundle, stage.temp('clone'));
  expect(sh(clone, 'rev-parse', 'HEAD', 'HEAD^', 'HEAD^{tree}').split('\n')).toEqual([bundle.sha, base.sha, tree]);
  expect(sh(clone, 'log', '-1', '--format=%an %s')).toBe('AstraForge Fix the test');
  sh(clone, 'fsck', '--strict');
  expect(collectPatch(clone, base.sha)).toEqual(patch);
  writeFileSync(join(clone, 'more.txt'), 'more\n');
  const both = { baseSha: base.sha, patch: collectPatch(clone, base.sha), draft: DRAFT };
  const made = await stage.repositories.commit(REPO, both);
  expect(made.treeSha).toBe(sh(clone, 'write-tree'));
  expect(made.paths.map(({ path }) => path)).toContain('more.txt');
});

it('unpublished work is the commit that publishing the same work makes, on a cold mirror and on a warm one', async () => {
  await using stage = await openStage();
  const { base, patch } = unpublished(stage);
  await using cold = await stage.repositories.bundle(REPO, base, stage.access, { patch, draft: DRAFT });
  await using warm = await stage.repositories.bundle(REPO, base, stage.access, { patch, draft: DRAFT });
  const { sha } = await stage.repositories.commit(REPO, { baseSha: base.sha, patch, draft: DRAFT });
  expect([cold.sha, warm.sha]).toEqual([sha, sha]);
  expect(readFileSync(warm.path)).toEqual(readFileSync(cold.path));
  expect(stage.host.packsSent).toBe(1);
});

it('can be cut like any other', async () => {
  await using stage = await openStage({ depthMax: 1 });
  commitFiles(stage.work, { 'b.txt': 'b\n' });
  stage.publish();
  const { base, patch } = unpublished(stage);
  await using bundle = await stage.repositories.bundle(REPO, base, stage.access, { patch, draft: DRAFT });
  expect(bundle.shallow).toEqual([base.sha]);
  const clone = stage.temp('clone');
  sh(stage.work, 'init', '--quiet', clone);
  writeFileSync(join(clone, '.git/shallow'), `${base.sha}\n`);
  sh(clone, 'fetch', '--quiet', bundle.path, bundle.ref);
  expect(sh(clone, 'log', '--format=%H', 'FETCH_HEAD')).toBe(`${bundle.sha}\n${base.sha}`);
});

it('is invalid when the patch does not apply or the draft says nothing, and leaves no file', async () => {
  await using stage = await openStage();
  const { base, patch } = unpublished(stage);
  await (await stage.repositories.bundle(REPO, base, stage.access))[Symbol.asyncDispose]();
  const other = Buffer.from(
    'diff --git a/README.md b/README.md\n--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-x\n+y\n',
  );
  for (const onTop of [
    { patch: other, draft: DRAFT },
    { patch: new Uint8Array(), draft: DRAFT },
    { patch, draft: { ...DRAFT, message: ' ' } },
  ]) {
    const failed = stage.repositories.bundle(REPO, base, stage.access, onTop);
    await expect(failed).rejects.toMatchObject({ code: 'invalid' });
  }
  expect(readdirSync(join(stage.directory, 'scratch'))).toEqual([]);
  expect(stage.host.packsSent).toBe(1);
});

it('is denied when the host refuses the token, whatever the mirror holds', async () => {
  await using stage = await openStage();
  const { base, patch } = unpublished(stage);
  await (await stage.repositories.bundle(REPO, base, stage.access))[Symbol.asyncDispose]();
  stage.host.tokens.clear();
  const failed = stage.repositories.bundle(REPO, base, stage.access, { patch, draft: DRAFT });
  await expect(failed).rejects.toMatchObject({ code: 'denied' });
  expect(readdirSync(join(stage.directory, 'scratch'))).toEqual([]);
});

it('a damaged mirror is made anew for it too', async () => {
  await using stage = await openStage();
  const { base, patch } = unpublished(stage);
  await (await stage.repositories.bundle(REPO, base, stage.access))[Symbol.asyncDispose]();
  const packs = join(stage.directory, 'github-42.git/objects/pack');
  for (const name of readdirSync(packs)) rmSync(join(packs, name));
  await using bundle = await stage.repositories.bundle(REPO, base, stage.access, { patch, draft: DRAFT });
  expect(sh(cloneBundle(bundle, stage.temp('clone')), 'rev-parse', 'HEAD^')).toBe(base.sha);
  expect(stage.host.packsSent).toBe(2);
});
