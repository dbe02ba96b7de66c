import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MergeOutcome, PreparedCommit } from '#core/ports/host/repository.ts';
import { commitFiles, DRAFT, openStage, prepareOurs, REPO, sh, type Stage } from './stage.ts';

const BRANCH = 'astraforge/request-1';
const MERGE_DRAFT = { ...DRAFT, message: 'Merge what people did meanwhile' };

function mirrorOf(stage: Stage): string {
  return join(stage.directory, 'github-42.git');
}

function merge(stage: Stage, head: string, commit: string): Promise<MergeOutcome> {
  return stage.repositories.merge(REPO, { head, commit, branch: BRANCH, draft: MERGE_DRAFT }, stage.access);
}

async function mergeCleanly(stage: Stage, head: string, commit: string): Promise<PreparedCommit> {
  const outcome = await merge(stage, head, commit);
  if (outcome.kind === 'conflict') throw new Error(`conflicts in ${outcome.paths.join(', ')}`);
  return outcome.commit;
}

/** The branch with a commit of a person that ours does not know of. */
async function prepare(stage: Stage): Promise<{ from: string; ours: PreparedCommit; head: string }> {
  const from = commitFiles(stage.work, { 'poem.txt': 'one\ntwo\nthree\nfour\nfive\n' });
  stage.publish(BRANCH);
  const ours = await prepareOurs(stage, (work) => {
    writeFileSync(join(work, 'poem.txt'), 'one\ntwo\nthree\nfour\nOURS\n');
    writeFileSync(join(work, 'ours.txt'), 'ours\n');
  });
  const theirs = { 'poem.txt': 'THEIRS\ntwo\nthree\nfour\nfive\n', 'theirs.txt': 'theirs\n' };
  const head = commitFiles(stage.work, theirs, 'a person was here');
  stage.publish(BRANCH);
  return { from, ours, head };
}

describe('merge', () => {
  it('keeps a commit that a person pushed in between, with its author, and adds ours', async () => {
    await using stage = await openStage();
    const { from, ours, head } = await prepare(stage);
    const pushed = stage.repositories.push(REPO, { sha: ours.sha, branch: BRANCH, from }, stage.access);
    await expect(pushed).rejects.toMatchObject({ code: 'conflict', context: { found: head } });
    const made = await mergeCleanly(stage, head, ours.sha);
    await stage.repositories.push(REPO, { sha: made.sha, branch: BRANCH, from: head }, stage.access);
    sh(stage.work, 'pull', '--quiet', '--ff-only', stage.bare, BRANCH);
    expect(sh(stage.work, 'show', 'HEAD:poem.txt')).toBe('THEIRS\ntwo\nthree\nfour\nOURS');
    expect(sh(stage.work, 'rev-parse', 'HEAD^1', 'HEAD^2', 'HEAD^{tree}').split('\n')).toEqual([
      head,
      ours.sha,
      made.treeSha,
    ]);
    expect(sh(stage.work, 'log', '-3', '--topo-order', '--format=%an: %s').split('\n')).toEqual([
      'AstraForge: Merge what people did meanwhile',
      'AstraForge: Fix the test',
      'p: a person was here',
    ]);
    sh(stage.work, 'fsck', '--strict');
  });

  it('tells what is ours on top of what people did, and nothing of theirs', async () => {
    await using stage = await openStage();
    const { ours, head } = await prepare(stage);
    const { paths, additions, deletions } = await mergeCleanly(stage, head, ours.sha);
    expect(paths).toEqual([
      { path: 'ours.txt', status: 'added', mode: '100644', oldMode: '000000' },
      { path: 'poem.txt', status: 'modified', mode: '100644', oldMode: '100644' },
    ]);
    expect({ additions, deletions }).toEqual({ additions: 2, deletions: 1 });
  });

  it('gives the same commit for the same input, on any worker, however often', async () => {
    await using stage = await openStage();
    const { from, ours, head } = await prepare(stage);
    const first = await mergeCleanly(stage, head, ours.sha);
    expect(await mergeCleanly(stage, head, ours.sha)).toEqual(first);
    const elsewhere = stage.another({ directory: stage.temp('elsewhere') });
    const sides = { head, commit: ours.sha, branch: BRANCH, draft: MERGE_DRAFT };
    await expect(elsewhere.merge(REPO, sides, stage.access)).rejects.toMatchObject({ code: 'missing' });
    await elsewhere.bundle(REPO, { ref: BRANCH, sha: from }, stage.access);
    const patch = Buffer.from(`${sh(mirrorOf(stage), 'diff', '--binary', '--full-index', from, ours.sha)}\n`);
    await elsewhere.commit(REPO, { baseSha: from, patch, draft: DRAFT });
    expect(await elsewhere.merge(REPO, sides, stage.access)).toEqual({ kind: 'merged', commit: first });
  });

  it('makes no commit where none is needed: ours when it holds the head, the head when it holds ours', async () => {
    await using stage = await openStage();
    const { from, ours, head } = await prepare(stage);
    expect(await mergeCleanly(stage, from, ours.sha)).toEqual(ours);
    const nothing = { paths: [], additions: 0, deletions: 0 };
    const treeSha = sh(stage.work, 'rev-parse', 'HEAD^{tree}');
    expect(await mergeCleanly(stage, head, from)).toEqual({ sha: head, treeSha, ...nothing });
    expect(await mergeCleanly(stage, head, head)).toEqual({ sha: head, treeSha, ...nothing });
  });

  it('leaves no file in the work area and no ref but what it fetched', async () => {
    await using stage = await openStage();
    const { ours, head } = await prepare(stage);
    await mergeCleanly(stage, head, ours.sha);
    const theirs = commitFiles(stage.work, { 'poem.txt': 'another\n' });
    stage.publish(BRANCH);
    expect(await merge(stage, theirs, ours.sha)).toEqual({ kind: 'conflict', paths: ['poem.txt'] });
    expect(readdirSync(join(stage.directory, 'scratch'))).toEqual([]);
    expect(readdirSync(stage.directory).toSorted()).toEqual(['github-42.git', 'home', 'scratch']);
    const names = readdirSync(mirrorOf(stage));
    expect(names.filter((name) => /^(index|MERGE|AUTO|FETCH|ORIG)/.test(name))).toEqual([]);
    const refs = sh(mirrorOf(stage), 'for-each-ref', '--format=%(refname)').split('\n');
    expect(refs.filter((ref) => !ref.startsWith('refs/bases/'))).toEqual([]);
  });

  it('works with histories that were merged crosswise', async () => {
    await using stage = await openStage();
    const { from, ours, head } = await prepare(stage);
    const crossed = await mergeCleanly(stage, head, ours.sha);
    await stage.repositories.push(REPO, { sha: ours.sha, branch: 'ours', from: null }, stage.access);
    sh(stage.work, 'fetch', '--quiet', stage.bare, 'ours');
    sh(stage.work, 'reset', '--hard', '--quiet', ours.sha);
    sh(stage.work, 'merge', '--quiet', '--no-edit', head);
    const theirs = commitFiles(stage.work, { 'later.txt': 'later\n' });
    stage.publish(BRANCH);
    expect(sh(stage.work, 'merge-base', '--all', ours.sha, head)).toBe(from);
    const made = await mergeCleanly(stage, theirs, crossed.sha);
    const bases = sh(mirrorOf(stage), 'merge-base', '--all', theirs, crossed.sha).split('\n');
    expect(bases.toSorted()).toEqual([head, ours.sha].toSorted());
    expect(made.treeSha).toBe(sh(stage.work, 'rev-parse', 'HEAD^{tree}'));
    expect(made.paths).toEqual([]);
  });

  it('fetches from a server that gives out branches only, also when the branch went on', async () => {
    await using stage = await openStage();
    const { ours, head } = await prepare(stage);
    stage.host.protocolTwo = false;
    commitFiles(stage.work, { 'later.txt': 'later\n' });
    stage.publish(BRANCH);
    const made = await mergeCleanly(stage, head, ours.sha);
    expect(sh(mirrorOf(stage), 'rev-parse', `${made.sha}^1`)).toBe(head);
  });
});

describe('merge fails', () => {
  it('as conflict on a branch that was replaced by a history of its own', async () => {
    await using stage = await openStage();
    const { ours } = await prepare(stage);
    sh(stage.work, 'checkout', '--quiet', '--orphan', 'fresh');
    const head = commitFiles(stage.work, { 'poem.txt': 'new\n' });
    stage.publish(BRANCH);
    const message = expect.stringContaining('nothing in common');
    await expect(merge(stage, head, ours.sha)).rejects.toMatchObject({ code: 'conflict', retryable: false, message });
  });

  it('as missing when the head is not on the host or our commit not in the mirror', async () => {
    await using stage = await openStage();
    const { ours, head } = await prepare(stage);
    const missing = { code: 'missing' };
    await expect(merge(stage, 'e'.repeat(40), ours.sha)).rejects.toMatchObject(missing);
    await expect(merge(stage, head, 'e'.repeat(40))).rejects.toMatchObject(missing);
    await expect(merge(stage, head, ours.treeSha)).rejects.toMatchObject(missing);
  });

  it('as unavailable when the host is in trouble, and works when repeated', async () => {
    await using stage = await openStage();
    const { ours, head } = await prepare(stage);
    stage.host.fault = () => ({ status: 502 });
    await expect(merge(stage, head, ours.sha)).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    stage.host.fault = () => undefined;
    expect(await merge(stage, head, ours.sha)).toMatchObject({ kind: 'merged' });
  });

  it('as invalid on a draft that git would refuse, asking nobody', async () => {
    await using stage = await openStage();
    const { ours, head } = await prepare(stage);
    const asked = stage.host.requests.length;
    const sides = { head, commit: ours.sha, branch: BRANCH, draft: { ...DRAFT, message: '' } };
    await expect(stage.repositories.merge(REPO, sides, stage.access)).rejects.toMatchObject({ code: 'invalid' });
    expect(stage.host.requests.length).toBe(asked);
  });
});
