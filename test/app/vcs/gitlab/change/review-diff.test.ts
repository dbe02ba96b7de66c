import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';
import { bigChange, mergeRequestOf, numbers } from './review-scene.ts';
import { startScriptedApi, type ScriptedApi, type ScriptedAnswer } from '../scripted-api.ts';

let world: GitLabWorld;

beforeAll(async () => {
  world = await startGitLabWorld();
  const files = { 'long.txt': numbers(1, 40), 'gone.txt': 'one\ntwo\n', 'old.txt': numbers(1, 20), 'bin.dat': 'a\0b' };
  await world.gitlab.commit({ repository: world.repository, branch: 'main', files });
});
afterAll(() => world[Symbol.asyncDispose]());

test('a diff names its commits and what became of each file', async () => {
  const { gitlab, host, repo, repository } = world;
  const before = (await gitlab.branches(repository)).get('main');
  const { number } = await mergeRequestOf(world, 'diff', { ...bigChange, 'bin.dat': 'a\0c', 'empty.txt': '' });
  await gitlab.commit({ repository, branch: 'main', files: { 'other.txt': 'x\n' } });
  await gitlab.commit({ repository, branch: 'diff', files: { 'more.txt': 'y\n' }, by: 'ada' });
  const branches = await gitlab.branches(repository);
  const diff = await host.readDiff(repo, number, 100);
  expect(diff).toMatchObject({
    baseSha: branches.get('main'),
    startSha: before,
    headSha: branches.get('diff'),
    cut: false,
  });
  expect(diff.files.map(({ path, oldPath, status, patch }) => [path, oldPath, status, patch === null])).toEqual([
    ['bin.dat', 'bin.dat', 'modified', true],
    ['empty.txt', 'empty.txt', 'added', true],
    ['gone.txt', 'gone.txt', 'deleted', false],
    ['long.txt', 'long.txt', 'modified', false],
    ['more.txt', 'more.txt', 'added', false],
    ['new.txt', 'new.txt', 'added', false],
    ['renamed.txt', 'old.txt', 'renamed', false],
  ]);
  expect(diff.files.find(({ path }) => path === 'long.txt')?.patch).toContain('-line 10\n+ten\n');
});

test('hunks that the list collapses are read all the same; what is too large has no patch', async () => {
  const wide = `${'x'.repeat(99)}\n`;
  const files = { 'collapsed.txt': wide.repeat(300), 'huge.txt': wide.repeat(2_100), 'small.txt': 'small\n' };
  const { number } = await mergeRequestOf(world, 'large', files);
  const diff = await world.host.readDiff(world.repo, number, 100);
  expect(diff.cut).toBe(false);
  expect(diff.files.map(({ path, patch }) => [path, patch === null ? null : patch.split('\n+').length - 1])).toEqual([
    ['collapsed.txt', 300],
    ['huge.txt', null],
    ['small.txt', 1],
  ]);
});

test('a merge request that is not there is missing', async () => {
  await expect(world.host.readDiff(world.repo, 9_999, 10)).rejects.toMatchObject({ code: 'missing' });
});

const [BASE, ONE, TWO] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)];
const file = (path: string) => ({
  ...{ old_path: path, new_path: path, diff: '@@ -0,0 +1 @@\n+x\n' },
  ...{ new_file: true, deleted_file: false, renamed_file: false },
});

/** GitLab with one merge request whose head is as told for each time that it is asked for. */
function scripted(heads: readonly (string | null)[], more: Record<string, unknown> = {}): Promise<ScriptedApi> {
  let asked = 0;
  return startScriptedApi(({ line }): ScriptedAnswer => {
    if (line.includes('/diffs?')) return { status: 200, body: line.includes('&page=1') ? [file(`${asked}.txt`)] : [] };
    const head = heads[Math.min(asked++, heads.length - 1)] ?? null;
    const refs = head === null ? null : { base_sha: BASE, start_sha: BASE, head_sha: head };
    return { status: 200, body: { diff_refs: refs, changes_count: '1', ...more } };
  });
}

test('files of a head that moves while they are read are read again, and never mixed', async () => {
  await using api = await scripted([ONE, TWO, TWO]);
  const diff = await api.host.readDiff(api.repo, 1, 10);
  expect([diff.headSha, diff.files.map(({ path }) => path)]).toEqual([TWO, ['2.txt']]);
});

test('a head that moves all the time, and a diff that GitLab has not made yet, are for another time', async () => {
  await using moving = await scripted([ONE, TWO, ONE, TWO, ONE, TWO]);
  await expect(moving.host.readDiff(moving.repo, 1, 10)).rejects.toMatchObject({ code: 'unavailable' });
  await using unmade = await scripted([null]);
  await expect(unmade.host.readDiff(unmade.repo, 1, 10)).rejects.toMatchObject({ code: 'unavailable' });
});

test('what GitLab itself has left out of a diff counts as left out, and files are read before they were counted', async () => {
  await using kept = await scripted([ONE], { changes_count: '1000+' });
  expect((await kept.host.readDiff(kept.repo, 1, 2_000)).cut).toBe(true);
  await using uncounted = await scripted([ONE], { changes_count: null });
  const diff = await uncounted.host.readDiff(uncounted.repo, 1, 10);
  expect([diff.files.length, diff.cut]).toEqual([1, false]);
});

test('all pages are read, and files beyond the bound are left out, which is said', async () => {
  const pages = [100, 100, 30].map((count, page) =>
    Array.from({ length: count }, (_one, at) => file(`${page}/${at}.txt`)),
  );
  await using api = await startScriptedApi(({ line }): ScriptedAnswer => {
    const page = Number(/[?&]page=(\d+)/.exec(line)?.[1] ?? 0);
    if (page > 0) return { status: 200, body: pages[page - 1] ?? [] };
    const refs = { base_sha: BASE, start_sha: BASE, head_sha: ONE };
    return { status: 200, body: { diff_refs: refs, changes_count: '230' } };
  });
  const whole = await api.host.readDiff(api.repo, 1, 230);
  expect([new Set(whole.files.map(({ path }) => path)).size, whole.cut]).toEqual([230, false]);
  const cut = await api.host.readDiff(api.repo, 1, 229);
  expect([cut.files.length, cut.cut]).toEqual([229, true]);
});
