import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actorOf, startGitHubWorld, type GitHubWorld } from '../github-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

const SECOND_MS = 1_000;

let world: GitHubWorld;
/** Seconds pass when a test says so. */
let now = Math.floor(Date.now() / SECOND_MS) * SECOND_MS;
const later = (): void => void (now += SECOND_MS);
const time = (): string => new Date(now).toISOString().replace('.000Z', 'Z');

beforeAll(async () => {
  world = await startGitHubWorld({ now: () => now }, { now: () => now });
  await world.github.commit({ repository: world.repository, branch: 'topic', files: { 'b.txt': 'b\n' } });
});
afterAll(() => world[Symbol.asyncDispose]());

async function newIssue(more: { title?: string; body?: string } = {}, by = 'octo') {
  const { issue } = await world.github.openIssue({ repository: world.repository, by, title: 'Bug', ...more });
  return issue;
}

function read(number: number, kind: 'issue' | 'pull' = 'issue', commentsMax = 100) {
  return world.host.readThread(world.repo, { kind, number }, commentsMax);
}

describe('a conversation', () => {
  test('comes as it is now, with its people and when each of them wrote and edited', async () => {
    const { github, repository } = world;
    const issue = await newIssue({ title: 'It breaks', body: 'Look' }, 'mira');
    const said = time();
    const { comment } = await github.comment({ repository, by: 'ada', number: issue.number, body: 'first' });
    later();
    await github.editComment({ repository, by: 'ada', commentId: comment.id, body: 'first, better' });
    const edited = time();
    await github.editIssue({ repository, by: 'mira', number: issue.number, body: 'Look here' });
    expect(await read(issue.number)).toEqual({
      kind: 'issue',
      number: issue.number,
      title: 'It breaks',
      body: 'Look here',
      author: actorOf(issue.author),
      editedAt: edited,
      open: true,
      omitted: 0,
      linked: [],
      comments: [
        {
          id: comment.id,
          author: actorOf(comment.author),
          body: 'first, better',
          createdAt: said,
          editedAt: edited,
          at: null,
          discussion: null,
        },
      ],
    });
  });

  test('that went on after it was written was not edited by that', async () => {
    const issue = await newIssue({ body: 'Look' });
    later();
    await world.github.comment({ repository: world.repository, by: 'ada', number: issue.number, body: 'a word' });
    await world.github.closeIssue({ repository: world.repository, by: 'ada', number: issue.number });
    expect(await read(issue.number)).toMatchObject({ editedAt: null, open: false, comments: [{ editedAt: null }] });
  });

  test('of many comments comes with the first and the newest, and how many are missing', async () => {
    const { number } = await newIssue();
    for (let index = 1; index <= 130; index += 1) {
      later();
      await world.github.comment({ repository: world.repository, by: 'ada', number, body: `${index}` });
    }
    const view = await read(number, 'issue', 8);
    expect(view.comments.map(({ body }) => body)).toEqual(['1', '2', '125', '126', '127', '128', '129', '130']);
    expect(view.omitted).toBe(122);
  });

  test('that is not there is missing', async () => {
    await expect(read(9_999)).rejects.toMatchObject({ code: 'missing' });
  });

  test('of somebody whose account is gone is a ghost’s', async () => {
    const issue = { title: 'T', body: null, user: null, state: 'open', comments: 0 };
    await using api = await startScriptedApi(({ line }) =>
      line.startsWith('POST /graphql')
        ? { status: 200, body: { data: { repository: { issue: { lastEditedAt: null } } } } }
        : { status: 200, body: line.includes('/comments') ? [] : issue },
    );
    const view = await api.host.readThread(api.repo, { kind: 'issue', number: 1 }, 10);
    expect(view).toMatchObject({ author: { login: 'ghost', bot: false }, body: '' });
  });

  test.each([
    ['NOT_FOUND', 'missing'],
    ['FORBIDDEN', 'denied'],
    ['RATE_LIMITED', 'limited'],
    ['INTERNAL', 'unavailable'],
  ])('of which GraphQL says %s is %s', async (type, code) => {
    const issue = { title: 'T', body: '', user: null, state: 'open', comments: 0 };
    await using api = await startScriptedApi(({ line }) =>
      line.startsWith('POST /graphql')
        ? { status: 200, body: { data: { repository: null }, errors: [{ type }] } }
        : { status: 200, body: line.includes('/comments') ? [] : issue },
    );
    const reading = api.host.readThread(api.repo, { kind: 'issue', number: 1 }, 10);
    await expect(reading).rejects.toMatchObject({ code });
  });
});

describe('a review', () => {
  test('comes with its summary, its places, its discussions and whether they are resolved', async () => {
    const { github, repository } = world;
    const { issue } = await github.openPullRequest({ repository, by: 'octo', title: 'Topic', head: 'topic' });
    const { number } = issue;
    const comments = [
      { path: 'b.txt', line: 1, body: 'not so' },
      { path: 'b.txt', line: 2, body: 'nor this' },
    ];
    const { review, comments: lines } = await github.submitReview({
      repository,
      by: 'rita',
      number,
      body: 'See below',
      comments,
    });
    const [first, second] = lines;
    if (first === undefined || second === undefined) throw new Error('the review has two comments');
    const published = time();
    later();
    const reply = { path: 'b.txt', line: 1, body: 'why?', inReplyTo: first.id };
    const answer = await github.reviewComment({ repository, by: 'octo', number, ...reply });
    github.resolveDiscussion({ repository, by: 'octo', commentId: second.id });
    await github.editReviewComment({ repository, by: 'rita', commentId: second.id, body: 'nor that' });
    const view = await read(number, 'pull');
    const by = (id: number) => view.comments.find((comment) => comment.id === id);
    const place = { path: 'b.txt', hunk: '@@ -1,1 +1,1 @@' };
    expect(view.comments).toHaveLength(4);
    expect(by(review.id)).toMatchObject({ body: 'See below', at: null, discussion: null, createdAt: published });
    expect(by(first.id)).toMatchObject({
      at: { ...place, line: 1 },
      discussion: { resolved: false },
      partOf: review.id,
    });
    expect(by(second.id)).toMatchObject({ body: 'nor that', editedAt: time(), discussion: { resolved: true } });
    expect(by(answer.comment.id)?.discussion).toEqual(by(first.id)?.discussion);
  });

  test('that was written long before it was submitted counts from then', async () => {
    const { github, repository } = world;
    const { number } = github.issue(repository, github.pulls(repository)[0]?.number ?? 0);
    const { comment } = await github.reviewComment({
      repository,
      by: 'eve',
      number,
      path: 'b.txt',
      line: 1,
      body: 'x',
    });
    Object.assign(comment, { createdAt: now - 60 * SECOND_MS, updatedAt: now - 60 * SECOND_MS });
    const found = (await read(number, 'pull')).comments.find(({ id }) => id === comment.id);
    expect(found).toMatchObject({ createdAt: time(), editedAt: null });
  });

  test('that nobody says was edited or not, because it is too far back, counts from its last change', async () => {
    const { toLineComment } = await import('../../../../../app/vcs/github/thread/thread-comments.ts');
    const written = {
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-02T00:00:00Z',
      user: null,
      body: 'x',
      id: 1,
    };
    const line = { ...written, path: 'a', line: null, diff_hunk: '', pull_request_review_id: null };
    const { updated_at: editedAt } = written;
    expect(toLineComment(line, { comments: new Map() })).toMatchObject({
      createdAt: editedAt,
      editedAt,
      discussion: null,
    });
  });
});
