import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { DRAFT, openStage, REPO, sh } from './stage.ts';

const BRANCH = 'astraforge/request-1';

/** For `git fast-import`: a commit of many files, and two on it that change every other file, on the branch and on `ours`. */
function manyFiles(count: number): string {
  const numbers = Array.from({ length: count }, (_, at) => at);
  const commit = (branch: string, word: string, which: readonly number[]): string => {
    const parent = branch === 'base' ? '' : 'from refs/heads/base\n';
    const files = which.map((at) => `M 100644 inline d${at % 100}/f${at}\ndata <<END\n${word} ${at}\nends\nEND\n`);
    return `commit refs/heads/${branch}\ncommitter p <p@x> 1 +0000\ndata 0\n${parent}${files.join('')}`;
  };
  const odd = numbers.filter((at) => at % 2 === 1);
  const even = numbers.filter((at) => at % 2 === 0);
  return commit('base', 'file', numbers) + commit(BRANCH, 'theirs', odd) + commit('ours', 'ours', even);
}

it('a merge of 10,000 files, half of them changed by each side, takes seconds', async () => {
  await using stage = await openStage();
  const stream = manyFiles(10_000);
  execFileSync('git', ['fast-import', '--quiet'], {
    cwd: stage.bare,
    input: stream,
    env: { PATH: process.env['PATH'] },
  });
  const [head, ours] = sh(stage.bare, 'rev-parse', BRANCH, 'ours').split('\n');
  const bundle = await stage.repositories.bundle(REPO, { ref: 'ours', sha: ours ?? '' }, stage.access);
  await bundle[Symbol.asyncDispose]();
  const startedAt = performance.now();
  const sides = { head: head ?? '', commit: ours ?? '', branch: BRANCH, draft: DRAFT };
  const outcome = await stage.repositories.merge(REPO, sides, stage.access);
  expect(performance.now() - startedAt).toBeLessThan(30_000);
  const { paths, ...counts } = outcome.kind === 'merged' ? outcome.commit : outcome;
  expect(paths).toHaveLength(5_000);
  expect(counts).toMatchObject({ additions: 5_000, deletions: 5_000 });
});
