import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGitHubWorld, type GitHubWorld } from '../github-world.ts';

const SECOND_MS = 1_000;

let world: GitHubWorld;
/** Seconds pass when a test says so. */
let now = Math.floor(Date.now() / SECOND_MS) * SECOND_MS;
const later = (): void => void (now += SECOND_MS);
const time = (): string => new Date(now).toISOString().replace('.000Z', 'Z');

beforeAll(async () => {
  world = await startGitHubWorld({ now: () => now }, { now: () => now });
});
afterAll(() => world[Symbol.asyncDispose]());

async function newIssue(more: { title?: string; body?: string } = {}) {
  return (await world.github.openIssue({ repository: world.repository, by: 'octo', title: 'Bug', ...more })).issue;
}

function read(number: number, kind: 'issue' | 'pull' = 'issue') {
  return world.host.readThread(world.repo, { kind, number }, 100);
}

describe('what a thread links to', () => {
  test('comes with it: what it closes, and what a reader sees it name, once each', async () => {
    const { github, repository } = world;
    const one = await newIssue({ title: 'One', body: 'The first' });
    const two = await newIssue({ title: 'Two', body: 'The second' });
    later();
    await github.editIssue({ repository, by: 'octo', number: two.number, title: 'Two, renamed' });
    const hidden = await newIssue();
    const body = `Fixes #${one.number}, like #${two.number} and #${one.number}.\n<!-- #${hidden.number} -->\n\`#${hidden.number}\` a#${hidden.number} #99999`;
    await github.commit({ repository, branch: 'links', files: { 'c.txt': 'c\n' } });
    const { issue } = await github.openPullRequest({ repository, by: 'octo', title: 'L', head: 'links', body });
    const [first, second, ...others] = (await read(issue.number, 'pull')).linked;
    expect(first).toMatchObject({ kind: 'issue', number: one.number, title: 'One', body: 'The first', editedAt: null });
    expect(second).toMatchObject({ number: two.number, title: 'Two, renamed', editedAt: time() });
    expect(others).toEqual([]);
  });

  test('is followed ten times and not further', async () => {
    const body = Array.from({ length: 40 }, (_, index) => `#${index + 1}`).join(' ');
    const { number } = await newIssue({ body });
    expect((await read(number)).linked.length).toBeLessThanOrEqual(10);
  });

  test.each([
    ['openers of comments', '<!--'],
    ['backticks', '`#1'],
    ['numbers', '#1'],
    ['signs', '#'],
  ])('is found in linear time in a body full of %s', async (_name, part) => {
    const { number } = await newIssue({ body: part.repeat(Math.floor(65_000 / part.length)) });
    const began = performance.now();
    await read(number);
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});
