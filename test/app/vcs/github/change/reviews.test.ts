import { afterAll, beforeAll, expect, test } from 'vitest';
import { findingMarker } from '#core/domain/change/finding.ts';
import type { ReviewRemark } from '#core/ports/host/reviewer.ts';
import { startGitHubWorld, type GitHubWorld } from '../github-world.ts';

let world: GitHubWorld;
const SUMMARY = '<!-- astraforge:review:1 -->\n\nWhat I found.';
const KEY = 'aaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-major';

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_one, at) => `line ${from + at}\n`).join('');

beforeAll(async () => {
  world = await startGitHubWorld();
  const files = { 'long.txt': numbers(1, 40), 'gone.txt': 'one\ntwo\n', 'old.txt': numbers(1, 20), 'bin.dat': 'a\0b' };
  await world.github.commit({ repository: world.repository, branch: 'main', files });
});
afterAll(() => world[Symbol.asyncDispose]());

async function openPull(branch: string, files: Readonly<Record<string, string | null>>): Promise<number> {
  const { github, repository } = world;
  await github.commit({ repository, branch, files, by: 'ada' });
  const { issue } = await github.openPullRequest({ repository, by: 'ada', title: branch, head: branch });
  return issue.number;
}

const changed = {
  'long.txt': numbers(1, 9) + 'ten\n' + numbers(11, 40),
  'gone.txt': null,
  'new.txt': 'first\nsecond\n',
  'old.txt': null,
  'renamed.txt': numbers(1, 19) + 'twenty\n',
  'bin.dat': 'a\0c',
};

function remark(path: string, line: number, more: Partial<ReviewRemark['place']> = {}): ReviewRemark {
  const place = { path, oldPath: path, side: 'right' as const, line, startLine: null, ...more };
  return { key: KEY, place, body: `${findingMarker(KEY)}\n\nThis is wrong.` };
}

test('a diff names its commits and what became of each file', async () => {
  const number = await openPull('diff', changed);
  const diff = await world.host.readDiff(world.repo, number, 100);
  const branches = await world.github.branches(world.repository);
  expect(diff).toMatchObject({ headSha: branches.get('diff'), startSha: branches.get('main'), cut: false });
  expect(diff.files.map(({ path, oldPath, status, patch }) => [path, oldPath, status, patch === null])).toEqual([
    ['bin.dat', 'bin.dat', 'modified', true],
    ['gone.txt', 'gone.txt', 'deleted', false],
    ['long.txt', 'long.txt', 'modified', false],
    ['new.txt', 'new.txt', 'added', false],
    ['renamed.txt', 'old.txt', 'renamed', false],
  ]);
  expect(diff.files[2]?.patch).toContain('-line 10\n+ten\n');
});

test('files beyond the bound are left out, and that is said', async () => {
  const number = await openPull('many', { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' });
  const cut = await world.host.readDiff(world.repo, number, 2);
  expect([cut.files.length, cut.cut]).toEqual([2, true]);
  expect((await world.host.readDiff(world.repo, number, 3)).cut).toBe(false);
});

test('a review is posted once with all its remarks, without approving or blocking, and found again by its marker', async () => {
  const number = await openPull('review', changed);
  const diff = await world.host.readDiff(world.repo, number, 100);
  const remarks = [
    remark('long.txt', 10),
    remark('long.txt', 10, { side: 'left' }),
    remark('new.txt', 2, { startLine: 1 }),
    remark('gone.txt', 2, { side: 'left', startLine: 1 }),
    remark('renamed.txt', 20, { oldPath: 'old.txt' }),
  ];
  const marker = SUMMARY.split('\n')[0] ?? '';
  expect(await world.host.findReview(world.repo, number, marker)).toBeUndefined();
  const placed = await world.host.postReview(world.repo, { number, diff, summary: SUMMARY, remarks });
  expect(await world.host.findReview(world.repo, number, marker)).toEqual(placed);
  expect(placed.url).toBe(`${world.github.url}/octo/app/pull/${number}#pullrequestreview-${placed.externalId}`);
  expect(world.github.issue(world.repository, number).reviews).toMatchObject([{ state: 'commented', body: SUMMARY }]);
  expect(
    world.github
      .reviewComments(world.repository, number)
      .map(({ path, line, side, startLine }) => [path, line, side, startLine]),
  ).toEqual([
    ['long.txt', 10, 'RIGHT', undefined],
    ['long.txt', 10, 'LEFT', undefined],
    ['new.txt', 2, 'RIGHT', 1],
    ['gone.txt', 2, 'LEFT', 1],
    ['renamed.txt', 20, 'RIGHT', undefined],
  ]);
});

test('a remark at a line that the diff does not show is invalid, and nothing was posted', async () => {
  const number = await openPull('invalid', changed);
  const diff = await world.host.readDiff(world.repo, number, 100);
  for (const wrong of [remark('long.txt', 30), remark('gone.txt', 1), remark('README.md', 1)]) {
    const remarks = [remark('new.txt', 1), wrong];
    const posted = world.host.postReview(world.repo, { number, diff, summary: SUMMARY, remarks });
    await expect(posted).rejects.toMatchObject({ code: 'invalid' });
  }
  expect(world.github.reviewComments(world.repository, number)).toEqual([]);
});

test('a review that GitHub stored before it answered 502 is ambiguous, and found', async () => {
  const number = await openPull('ambiguous', changed);
  const diff = await world.host.readDiff(world.repo, number, 100);
  world.github.fault({ match: { operationId: 'pulls/create-review' }, when: 'after', status: 502 });
  const posted = world.host.postReview(world.repo, { number, diff, summary: SUMMARY, remarks: [] });
  await expect(posted).rejects.toMatchObject({ code: 'ambiguous' });
  expect(await world.host.findReview(world.repo, number, 'astraforge:review:1')).toBeDefined();
});

test('discussions of ours are told with their keys; those of people are not, whatever they quote', async () => {
  const { github, host, repo, repository } = world;
  const number = await openPull('threads', changed);
  const diff = await host.readDiff(repo, number, 100);
  const remarks = [remark('long.txt', 10), remark('new.txt', 2)];
  await host.postReview(repo, { number, diff, summary: SUMMARY, remarks });
  const quoted = `${findingMarker(KEY)}\nMine now.`;
  await github.reviewComment({ repository, by: 'ada', number, path: 'new.txt', line: 1, body: quoted });
  const [first] = github.reviewComments(repository, number);
  const answer = { path: 'long.txt', line: 10, body: 'No.', inReplyTo: first?.id ?? 0 };
  await github.reviewComment({ repository, by: 'ada', number, ...answer });
  expect(await host.ourThreads(repo, number)).toMatchObject([
    { key: KEY, path: 'long.txt', line: 10, resolved: false, answered: true },
    { key: KEY, path: 'new.txt', line: 2, resolved: false, answered: false },
  ]);
});

test('a discussion moves with its line, and is outdated once that was changed', async () => {
  const { github, host, repo, repository } = world;
  const number = await openPull('moved', changed);
  const diff = await host.readDiff(repo, number, 100);
  await host.postReview(repo, {
    number,
    diff,
    summary: SUMMARY,
    remarks: [remark('new.txt', 1), remark('new.txt', 2)],
  });
  await github.commit({ repository, branch: 'moved', files: { 'new.txt': 'zero\nfirst\nother\n' }, by: 'ada' });
  expect((await host.ourThreads(repo, number)).map(({ line }) => line)).toEqual([2, null]);
});

test('resolving a discussion can be repeated; one that is not there is missing', async () => {
  const { host, repo } = world;
  const number = await openPull('resolve', changed);
  const diff = await host.readDiff(repo, number, 100);
  await host.postReview(repo, { number, diff, summary: SUMMARY, remarks: [remark('new.txt', 1)] });
  const [thread] = await host.ourThreads(repo, number);
  await host.resolveThread(repo, number, thread?.id ?? '');
  await host.resolveThread(repo, number, thread?.id ?? '');
  expect(await host.ourThreads(repo, number)).toMatchObject([{ resolved: true }]);
  await expect(host.resolveThread(repo, number, 'PRRT_nothing')).rejects.toMatchObject({ code: 'missing' });
  await expect(host.ourThreads(repo, 9_999)).rejects.toMatchObject({ code: 'missing' });
});
