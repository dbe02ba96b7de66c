import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PushTarget, Repositories } from '#core/ports/host/repository.ts';
import { commitFiles, DRAFT, openStage, prepareOurs, REPO, sh, type Stage } from './stage.ts';

const BRANCH = 'astraforge/request-1';
const ANSWER = 'POST git-receive-pack';

/** A branch with a commit on main, and a commit of ours on top of it that is to follow. The person stands on the branch. */
async function prepare(stage: Stage): Promise<PushTarget & { from: string }> {
  const from = commitFiles(stage.work, { 'first.txt': 'first\n' });
  stage.publish(BRANCH);
  const { sha } = await prepareOurs(stage, (work) => writeFileSync(join(work, 'second.txt'), 'second\n'));
  return { sha, branch: BRANCH, from };
}

function onHost(stage: Stage): string {
  return sh(stage.bare, 'for-each-ref', '--format=%(objectname)', `refs/heads/${BRANCH}`);
}

/** Pushes as a caller does: again when the moment was wrong. */
async function pushCertainly(stage: Stage, by: Repositories, target: PushTarget): Promise<unknown> {
  for (;;) {
    const error: unknown = await by.push(REPO, target, stage.access).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof Error && 'retryable' in error && error.retryable === true)) return error;
  }
}

describe('push to a branch that is there', () => {
  it('moves it forward, and a repetition finds it done without sending anything', async () => {
    await using stage = await openStage();
    const target = await prepare(stage);
    await stage.repositories.push(REPO, target, stage.access);
    expect(onHost(stage)).toBe(target.sha);
    stage.host.requests.length = 0;
    await stage.repositories.push(REPO, target, stage.access);
    await stage.repositories.push(REPO, { ...target, from: target.sha }, stage.access);
    expect(stage.host.requests).toEqual(['GET git-receive-pack', 'GET git-receive-pack']);
  });

  it('lets one of two pushers win, and tells the other which commit did', async () => {
    await using stage = await openStage();
    const { from, ...one } = await prepare(stage);
    const other = await prepareOurs(stage, (work) => writeFileSync(join(work, 'third.txt'), 'third\n'));
    let arrived = 0;
    let open = (): void => undefined;
    const both = new Promise<void>((resolve) => (open = resolve));
    stage.host.fault = (request) => {
      if (request !== ANSWER) return undefined;
      arrived += 1;
      if (arrived === 2) open();
      return { until: both };
    };
    const pushers = [
      { sha: one.sha, by: stage.repositories },
      { sha: other.sha, by: stage.another() },
    ];
    const ends = await Promise.all(
      pushers.map(({ sha, by }) => pushCertainly(stage, by, { sha, branch: BRANCH, from })),
    );
    const winner = pushers[ends.indexOf(undefined)];
    expect(onHost(stage)).toBe(winner?.sha);
    const lost = ends.filter((end) => end !== undefined);
    expect(lost).toEqual([expect.objectContaining({ code: 'conflict', context: { found: winner?.sha } })]);
  });

  it('looks before it concludes: done although the answer got lost', async () => {
    await using stage = await openStage();
    const target = await prepare(stage);
    stage.host.fault = (request) => (request === ANSWER ? 'lose-answer' : undefined);
    await stage.repositories.push(REPO, target, stage.access);
    expect(onHost(stage)).toBe(target.sha);
  });

  it('and an answer that got lost before somebody went on is found by merging: nothing is left to do', async () => {
    await using stage = await openStage();
    const target = await prepare(stage);
    let lost = false;
    stage.host.fault = (request) => {
      if (lost) return 'drop';
      lost = request === ANSWER;
      return lost ? 'lose-answer' : undefined;
    };
    const first = stage.repositories.push(REPO, target, stage.access);
    await expect(first).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    sh(stage.work, 'fetch', '--quiet', stage.bare, BRANCH);
    sh(stage.work, 'reset', '--hard', '--quiet', target.sha);
    const head = commitFiles(stage.work, { 'theirs.txt': 'theirs\n' });
    stage.publish(BRANCH);
    stage.host.fault = () => undefined;
    const failed = stage.repositories.push(REPO, target, stage.access);
    await expect(failed).rejects.toMatchObject({ code: 'conflict', context: { found: head } });
    const sides = { head, commit: target.sha, branch: BRANCH, draft: DRAFT };
    const merged = await stage.repositories.merge(REPO, sides, stage.access);
    expect(merged).toMatchObject({ kind: 'merged', commit: { sha: head, paths: [], additions: 0, deletions: 0 } });
    await stage.repositories.push(REPO, { sha: head, branch: BRANCH, from: head }, stage.access);
    expect(onHost(stage)).toBe(head);
  });
});

describe('push to a branch that is there fails', () => {
  it('as conflict when it is elsewhere, forward, aside or back, says where, and leaves it alone', async () => {
    await using stage = await openStage();
    const target = await prepare(stage);
    const forward = commitFiles(stage.work, { 'theirs.txt': 'theirs\n' });
    sh(stage.work, 'reset', '--hard', '--quiet', 'HEAD~2');
    const back = sh(stage.work, 'rev-parse', 'HEAD');
    const aside = commitFiles(stage.work, { 'aside.txt': 'aside\n' });
    for (const found of [forward, back, aside]) {
      sh(stage.work, 'push', '--quiet', '--force', stage.bare, `${found}:refs/heads/${BRANCH}`);
      const failed = stage.repositories.push(REPO, target, stage.access);
      await expect(failed).rejects.toMatchObject({ code: 'conflict', retryable: false, context: { found } });
      expect(onHost(stage)).toBe(found);
    }
  });

  it('as conflict when somebody pushes in between, whose commit stays', async () => {
    await using stage = await openStage();
    const target = await prepare(stage);
    const found = commitFiles(stage.work, { 'theirs.txt': 'theirs\n' });
    stage.host.fault = (request) => {
      if (request === ANSWER) stage.publish(BRANCH);
      return undefined;
    };
    const failed = stage.repositories.push(REPO, target, stage.access);
    await expect(failed).rejects.toMatchObject({ code: 'conflict', context: { found } });
    expect(onHost(stage)).toBe(found);
  });

  it('as missing when it is gone, also when it goes in between, and does not make it anew', async () => {
    await using stage = await openStage();
    const target = await prepare(stage);
    const remove = (): string => sh(stage.bare, 'update-ref', '-d', `refs/heads/${BRANCH}`);
    stage.host.fault = (request) => {
      if (request === ANSWER) remove();
      return undefined;
    };
    for (const attempt of ['in between', 'before']) {
      const failed = stage.repositories.push(REPO, target, stage.access);
      await expect(failed, attempt).rejects.toMatchObject({ code: 'missing', retryable: false });
      expect(onHost(stage)).toBe('');
    }
  });

  it('as invalid, asking nobody, when it would rewrite what is on the branch', async () => {
    await using stage = await openStage();
    const target = await prepare(stage);
    const theirs = commitFiles(stage.work, { 'theirs.txt': 'theirs\n' });
    stage.publish(BRANCH);
    await stage.repositories.bundle(REPO, { ref: BRANCH, sha: theirs }, stage.access);
    const asked = stage.host.requests.length;
    for (const from of [theirs, 'e'.repeat(40), 'HEAD']) {
      const failed = stage.repositories.push(REPO, { ...target, from }, stage.access);
      await expect(failed, from).rejects.toMatchObject({ code: 'invalid' });
    }
    expect(stage.host.requests.length).toBe(asked);
    expect(onHost(stage)).toBe(theirs);
  });

  it('as denied when the host refuses it where it is, in its words', async () => {
    await using stage = await openStage();
    const target = await prepare(stage);
    writeFileSync(join(stage.bare, 'hooks/pre-receive'), '#!/bin/sh\necho branch is protected >&2\nexit 1\n', {
      mode: 0o755,
    });
    const failed = stage.repositories.push(REPO, target, stage.access);
    const message = expect.stringContaining('branch is protected');
    await expect(failed).rejects.toMatchObject({ code: 'denied', message });
    expect(onHost(stage)).toBe(target.from);
  });

  it('as unavailable while another push holds it, and works when that came to nothing', async () => {
    await using stage = await openStage();
    const target = await prepare(stage);
    const lock = join(stage.bare, `refs/heads/${BRANCH}.lock`);
    writeFileSync(lock, '');
    const failed = stage.repositories.push(REPO, target, stage.access);
    await expect(failed).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    rmSync(lock);
    await stage.repositories.push(REPO, target, stage.access);
    expect(onHost(stage)).toBe(target.sha);
  });
});
