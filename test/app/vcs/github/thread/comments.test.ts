import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGitHubWorld, threadOf, type GitHubWorld } from '../github-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

const marker = '<!-- astraforge:comment:41 -->';
const LONG_AGO = '2020-01-01T00:00:00.000Z';

let world: GitHubWorld;

beforeAll(async () => {
  world = await startGitHubWorld();
  await world.github.commit({ repository: world.repository, branch: 'topic', files: { 'b.txt': 'b\n' } });
});
afterAll(() => world[Symbol.asyncDispose]());

async function newIssue() {
  return (await world.github.openIssue({ repository: world.repository, by: 'octo', title: 'Bug' })).issue;
}

function find(number: number, since = LONG_AGO) {
  return world.host.findComment(world.repo, { kind: 'issue', number }, { marker, since });
}

describe('a comment of ours', () => {
  test('is made, edited in place and shown where GitHub says', async () => {
    const { number } = await newIssue();
    const placed = await world.host.createComment(world.repo, { kind: 'issue', number }, `${marker}\nworking`);
    await world.host.updateComment(world.repo, placed.externalId, `${marker}\ndone`);
    const [comment, ...others] = world.github.comments(world.repository, number);
    expect(others).toEqual([]);
    expect(comment).toMatchObject({ id: Number(placed.externalId), body: `${marker}\ndone`, author: { type: 'Bot' } });
    expect(placed.url).toContain(`#issuecomment-${placed.externalId}`);
  });

  test('is found again by its marker', async () => {
    const { number } = await newIssue();
    expect(await find(number)).toBeUndefined();
    const placed = await world.host.createComment(world.repo, { kind: 'issue', number }, `text\n${marker}`);
    expect(await find(number)).toEqual(placed);
  });

  test('is not confused with a person’s who quotes the marker', async () => {
    const { number } = await newIssue();
    await world.github.comment({ repository: world.repository, by: 'mallory', number, body: marker });
    expect(await find(number)).toBeUndefined();
  });

  test('is found behind more than a page of other comments', async () => {
    const { number } = await newIssue();
    for (let index = 0; index < 130; index += 1) {
      await world.github.comment({ repository: world.repository, by: 'octo', number, body: `comment ${index}` });
    }
    const placed = await world.host.createComment(world.repo, { kind: 'issue', number }, marker);
    expect(await find(number)).toEqual(placed);
  });

  test('is found when our clock is minutes ahead of GitHub’s', async () => {
    const { number } = await newIssue();
    const placed = await world.host.createComment(world.repo, { kind: 'issue', number }, marker);
    expect(await find(number, new Date(Date.now() + 4 * 60_000).toISOString())).toEqual(placed);
    expect(await find(number, new Date(Date.now() + 10 * 60_000).toISOString())).toBeUndefined();
  });

  test('that was stored before GitHub answered 502 is ambiguous, and there is one', async () => {
    const { number } = await newIssue();
    world.github.fault({ match: { operationId: 'issues/create-comment' }, when: 'after', status: 502 });
    const sent = world.host.createComment(world.repo, { kind: 'issue', number }, marker);
    await expect(sent).rejects.toMatchObject({ code: 'ambiguous', context: { status: 502 } });
    expect(world.github.comments(world.repository, number)).toHaveLength(1);
    expect(await find(number)).toBeDefined();
  });

  test('that is too long for GitHub is invalid', async () => {
    const { number } = await newIssue();
    const sent = world.host.createComment(world.repo, { kind: 'issue', number }, 'x'.repeat(65_537));
    await expect(sent).rejects.toMatchObject({ code: 'invalid' });
  });

  test('that is gone cannot be edited', async () => {
    await expect(world.host.updateComment(world.repo, '999999999', 'x')).rejects.toMatchObject({ code: 'missing' });
  });

  test.each(['', '1/../2', '-1', '1e3', '99999999999999999999'])('is not looked for under the id %j', async (id) => {
    const before = world.github.requests.length;
    await expect(world.host.updateComment(world.repo, id, 'x')).rejects.toMatchObject({ code: 'invalid' });
    expect(world.github.requests).toHaveLength(before);
  });
});

describe('the search for a comment', () => {
  test('never says "there is none" without having seen all', async () => {
    const full = Array.from({ length: 100 }, (_, id) => ({ id, html_url: 'x', body: 'other', user: { id: 3 } }));
    await using api = await startScriptedApi(({ line }) => {
      if (line.startsWith('GET /app/installations')) return { status: 200, body: [{ id: 1, suspended_at: null }] };
      if (line.startsWith('GET /app')) return { status: 200, body: { slug: 'astraforge' } };
      if (line.startsWith('GET /users/')) return { status: 200, body: { id: 9, login: 'a[bot]', type: 'Bot' } };
      return { status: 200, body: full };
    });
    const search = api.host.findComment(api.repo, { kind: 'issue', number: 1 }, { marker, since: LONG_AGO });
    await expect(search).rejects.toMatchObject({ code: 'unavailable' });
    expect(api.requests.filter(({ line }) => line.includes('/comments'))).toHaveLength(50);
  });
});

describe('the acknowledgement', () => {
  test('goes on the issue, the comment or the line comment that asked, once however often', async () => {
    const { github, repository, host, repo } = world;
    const issue = await newIssue();
    const { number } = issue;
    const { comment } = await github.comment({ repository, by: 'octo', number, body: 'please' });
    const { issue: pull } = await github.openPullRequest({ repository, by: 'octo', title: 'Topic', head: 'topic' });
    const at = { path: 'b.txt', line: 1 };
    const line = await github.reviewComment({ repository, by: 'octo', number: pull.number, body: 'here', ...at });
    const review = { kind: 'review-comment', id: line.comment.id, path: 'b.txt', hunk: '' } as const;
    for (let again = 0; again < 2; again += 1) {
      await host.acknowledge(repo, threadOf(issue), { kind: 'thread' });
      await host.acknowledge(repo, threadOf(issue), { kind: 'comment', id: comment.id });
      await host.acknowledge(repo, threadOf(pull), review);
    }
    for (const target of [{ issue: number }, { comment: comment.id }, { reviewComment: line.comment.id }]) {
      expect(github.reactions(repository, target)).toMatchObject([{ content: 'eyes', user: { type: 'Bot' } }]);
    }
    const placed = await host.acknowledge(repo, threadOf(pull), review);
    expect(placed.url).toBe(`${github.url}/octo/app/pull/${pull.number}#discussion_r${line.comment.id}`);
  });

  test('of a comment that was deleted meanwhile is missing', async () => {
    const issue = await newIssue();
    const sent = world.host.acknowledge(world.repo, threadOf(issue), { kind: 'comment', id: 999_999_999 });
    await expect(sent).rejects.toMatchObject({ code: 'missing' });
  });
});
