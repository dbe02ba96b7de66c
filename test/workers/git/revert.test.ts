import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PreparedCommit, RevertOutcome } from '#core/ports/host/repository.ts';
import { commitFiles, DRAFT, openStage, REPO, sh, type Stage } from './stage.ts';

const TRAILER = 'Request: 11111111-1111-4111-8111-111111111111';
const POEM = { 'poem.txt': 'one\ntwo\nthree\nfour\nfive\n' };
const ours = (subject: string): string => `${subject}\n\n${TRAILER}\nRequested-by: mona`;
const headOf = (stage: Stage): string => sh(stage.work, 'rev-parse', 'HEAD');

function revert(stage: Stage, commit: string, base = headOf(stage)): Promise<RevertOutcome> {
  return stage.repositories.revert(REPO, { base: { ref: 'main', sha: base }, commit, trailer: TRAILER }, stage.access);
}

async function reverted(stage: Stage, commit: string) {
  const outcome = await revert(stage, commit);
  if (outcome.kind === 'conflict') throw new Error(`conflicts in ${outcome.paths.join(', ')}`);
  return outcome;
}

/** The commit that a run makes of the patch. */
function applied(stage: Stage, patch: Uint8Array): Promise<PreparedCommit> {
  return stage.repositories.commit(REPO, { baseSha: headOf(stage), patch, draft: DRAFT });
}

/** Merges what `edit` commits on a branch, as a host does, with a merge commit or as one commit. */
function mergeBranch(stage: Stage, how: 'merge' | 'squash', edit: () => void): string {
  const { work } = stage;
  sh(work, 'checkout', '--quiet', '-b', 'topic');
  edit();
  sh(work, 'checkout', '--quiet', 'main');
  if (how === 'merge') sh(work, 'merge', '--quiet', '--no-ff', '-m', 'Merge the change', 'topic');
  else {
    sh(work, 'merge', '--quiet', '--squash', 'topic');
    sh(work, 'commit', '--quiet', '-m', 'The change');
  }
  sh(work, 'branch', '-D', 'topic');
  stage.publish();
  return headOf(stage);
}

describe.each(['merge', 'squash'] as const)('a change that came as a %s', (how) => {
  it('is taken back to the byte: texts, modes, links, renames and files that are no text', async () => {
    await using stage = await openStage();
    const { work } = stage;
    writeFileSync(join(work, 'old name.bin'), Buffer.from(Array.from({ length: 999 }, (_, at) => (at * 37) % 256)));
    const before = commitFiles(work, { ...POEM, 'run.sh': 'echo\n', 'gone.txt': 'gone\n', 'dir/a.txt': 'a\n' });
    const commit = mergeBranch(stage, how, () => {
      commitFiles(work, { 'poem.txt': 'one\nTWO\nthree\nfour\nfive\n', 'gone.txt': null }, 'first');
      sh(work, 'mv', 'old name.bin', 'grüße "q".bin');
      chmodSync(join(work, 'run.sh'), 0o755);
      symlinkSync('poem.txt', join(work, 'link'));
      mkdirSync(join(work, 'new'));
      commitFiles(work, { 'new/b.txt': 'b without an end' }, 'second');
    });
    const outcome = await reverted(stage, commit);
    expect(outcome.left).toBe(0);
    const { treeSha, paths } = await applied(stage, outcome.patch);
    expect(treeSha).toBe(sh(work, 'rev-parse', `${before}^{tree}`));
    expect(paths.map(({ path }) => path)).toContain('old name.bin');
  });

  it('leaves what others changed since as it is, and gives the same patch on any worker, however often', async () => {
    await using stage = await openStage();
    const { work } = stage;
    commitFiles(work, POEM);
    const commit = mergeBranch(stage, how, () => {
      commitFiles(work, { 'poem.txt': 'ONE\ntwo\nthree\nfour\nfive\n', 'ours.txt': 'ours\n' });
    });
    commitFiles(work, { 'poem.txt': 'ONE\ntwo\nthree\nfour\nFIVE\n', 'theirs.txt': 'theirs\n' });
    stage.publish();
    const outcome = await reverted(stage, commit);
    const { sha } = await applied(stage, outcome.patch);
    const mirror = join(stage.directory, 'github-42.git');
    expect(sh(mirror, 'show', `${sha}:poem.txt`)).toBe('one\ntwo\nthree\nfour\nFIVE');
    expect(sh(mirror, 'ls-tree', '--name-only', sha).split('\n')).toEqual([
      ...['README.md', 'poem.txt', 'src', 'theirs.txt'],
    ]);
    expect(await reverted(stage, commit)).toEqual(outcome);
    const elsewhere = stage.another({ directory: stage.temp('elsewhere'), depthMax: 1 });
    const input = { base: { ref: 'main', sha: headOf(stage) }, commit, trailer: TRAILER };
    expect(await elsewhere.revert(REPO, input, stage.access)).toEqual(outcome);
  });

  it('is a conflict that names the files which were changed since in the same places', async () => {
    await using stage = await openStage();
    const { work } = stage;
    commitFiles(work, { ...POEM, 'b.txt': 'b\n' });
    const commit = mergeBranch(stage, how, () => {
      commitFiles(work, { 'poem.txt': 'ONE\ntwo\nthree\nfour\nfive\n', 'b.txt': 'B\n', 'new.txt': 'new\n' });
    });
    commitFiles(work, { 'poem.txt': 'Uno\ntwo\nthree\nfour\nfive\n', 'new.txt': 'newer\n' });
    stage.publish();
    expect(await revert(stage, commit)).toEqual({ kind: 'conflict', paths: ['new.txt', 'poem.txt'] });
  });

  it('leaves nothing to change once it was taken back', async () => {
    await using stage = await openStage();
    const { work } = stage;
    commitFiles(work, POEM);
    const commit = mergeBranch(stage, how, () => commitFiles(work, { 'poem.txt': 'ours\n', 'ours.txt': 'ours\n' }));
    sh(work, 'revert', '--no-edit', ...(how === 'merge' ? ['-m', '1'] : []), commit);
    stage.publish();
    expect((await reverted(stage, commit)).patch).toHaveLength(0);
  });
});

describe('a change that was rebased', () => {
  it('is taken back by its last commit, and tells how many before it are of the same change', async () => {
    await using stage = await openStage();
    const { work } = stage;
    commitFiles(work, POEM, 'Something else');
    commitFiles(work, { 'a.txt': 'a\n' }, ours('First'));
    commitFiles(work, { 'b.txt': 'b\n' }, ours('Second'));
    const commit = commitFiles(work, { 'c.txt': 'c\n' }, ours('Third'));
    stage.publish();
    const outcome = await reverted(stage, commit);
    expect(outcome.left).toBe(2);
    expect((await applied(stage, outcome.patch)).paths).toMatchObject([{ path: 'c.txt', status: 'deleted' }]);
  });
});

describe('taking back fails', () => {
  it('as missing when the host has the commit no more, and as invalid for what is no commit or the first one', async () => {
    await using stage = await openStage();
    await expect(revert(stage, 'e'.repeat(40))).rejects.toMatchObject({ code: 'missing', retryable: false });
    await expect(revert(stage, 'main')).rejects.toMatchObject({ code: 'invalid' });
    await expect(revert(stage, headOf(stage))).rejects.toMatchObject({ code: 'invalid' });
  });

  it('as denied for a token that may not read, though the mirror has all of it', async () => {
    await using stage = await openStage();
    const commit = mergeBranch(stage, 'merge', () => commitFiles(stage.work, POEM));
    await reverted(stage, commit);
    const input = { base: { ref: 'main', sha: commit }, commit, trailer: TRAILER };
    const access = { ...stage.access, token: 'ghs_another' };
    await expect(stage.repositories.revert(REPO, input, access)).rejects.toMatchObject({ code: 'denied' });
  });
});
