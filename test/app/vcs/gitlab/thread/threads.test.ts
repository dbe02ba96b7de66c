import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actorOf, startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';

const SECOND_MS = 1_000;

let world: GitLabWorld;
/** Seconds pass when a test says so. */
let now = Math.floor(Date.now() / SECOND_MS) * SECOND_MS;
const later = (): void => void (now += SECOND_MS);
const time = (): string => new Date(now).toISOString().replace('.000Z', 'Z');

beforeAll(async () => {
  world = await startGitLabWorld({ now: () => now }, { now: () => now });
});
afterAll(() => world[Symbol.asyncDispose]());

const by = (who: string) => ({ repository: world.repository, by: who });
const newIssue = async (more: { title?: string; body?: string } = {}) =>
  (await world.gitlab.openIssue({ ...by('mira'), title: 'Bug', ...more })).issue;
const read = (number: number, kind: 'issue' | 'pull' = 'issue', commentsMax = 100) =>
  world.host.readThread(world.repo, { kind, number }, commentsMax);

let branches = 0;
/** A merge request that adds `LINES` to `b.txt`. */
async function newMergeRequest(text = 'one\ntwo\nthree\n', body = '') {
  const head = `topic-${(branches += 1)}`;
  await world.gitlab.commit({ ...by('octo'), branch: head, files: { 'b.txt': text } });
  return { head, number: (await world.gitlab.openPullRequest({ ...by('octo'), title: 'T', head, body })).issue.number };
}

describe('a conversation', () => {
  test('comes as it is now, with its people and when each of them wrote and edited', async () => {
    const issue = await newIssue({ title: 'It breaks', body: 'Look' });
    const said = time();
    const at = { kind: 'issue', number: issue.number } as const;
    const { comment } = await world.gitlab.comment({ ...by('ada'), ...at, body: 'first' });
    later();
    await world.gitlab.editComment({ ...by('ada'), commentId: comment.id, body: 'first, better' });
    await world.gitlab.editIssue({ ...by('mira'), ...at, body: 'Look here' });
    const [view, edited] = [await read(issue.number), time()];
    expect(view).toEqual({
      ...at,
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

  test('was not edited by labels, a title, emoji, further words or being closed', async () => {
    const issue = await newIssue({ body: 'Look' });
    const at = { kind: 'issue', number: issue.number } as const;
    const { comment } = await world.gitlab.comment({ ...by('ada'), ...at, body: 'a word' });
    later();
    await world.gitlab.react({ ...by('rita'), commentId: comment.id, content: 'eyes' });
    await world.gitlab.label({ ...by('ada'), ...at, labels: ['bug'] });
    await world.gitlab.editIssue({ ...by('ada'), ...at, title: 'A better title' });
    await world.gitlab.closeIssue({ ...by('ada'), number: issue.number });
    expect(comment.updatedAt).toBeGreaterThan(comment.createdAt);
    const view = await read(issue.number);
    expect(view).toMatchObject({ editedAt: null, open: false, title: 'A better title' });
    expect(view.comments).toMatchObject([{ body: 'a word', editedAt: null }]);
  });

  test('of many notes comes with the first and the newest, and how many are missing', async () => {
    const { number } = await newIssue();
    for (let index = 1; index <= 730; index += 1) {
      later();
      await world.gitlab.comment({ ...by('ada'), kind: 'issue', number, body: `${index}` });
    }
    const view = await read(number, 'issue', 8);
    expect(view.comments.map(({ body }) => body)).toEqual(['1', '2', '725', '726', '727', '728', '729', '730']);
    expect(view.omitted).toBe(722);
  });

  test('of which not all notes were read counts as edited when the oldest of the newest was written', async () => {
    const { number } = await newIssue();
    await world.gitlab.editIssue({ ...by('mira'), kind: 'issue', number, body: 'changed at once' });
    for (let index = 0; index < 650; index += 1) {
      later();
      await world.gitlab.comment({ ...by('ada'), kind: 'issue', number, body: `${index}` });
    }
    const { editedAt } = await read(number);
    expect(Date.parse(editedAt ?? '')).toBe(now - 399 * SECOND_MS);
  });

  test('that is not there is missing', async () => {
    await expect(read(9_999)).rejects.toMatchObject({ code: 'missing' });
    await expect(read(9_999, 'pull')).rejects.toMatchObject({ code: 'missing' });
  });
});

describe('discussions of a merge request', () => {
  test('come with place, hunk and whether they are resolved', async () => {
    const { number } = await newMergeRequest();
    const on = { ...by('rita'), number, path: 'b.txt' };
    const { comment } = await world.gitlab.reviewComment({ ...on, line: 2, body: 'why two?' });
    const reply = { ...on, line: 2, body: 'because', inReplyTo: comment.id };
    await world.gitlab.reviewComment(reply);
    world.gitlab.resolveThread({ ...by('octo'), commentId: comment.id });
    const { comments } = await read(number, 'pull');
    const place = { path: 'b.txt', line: 2, hunk: '@@ -0,0 +1,3 @@\n+one\n+two' };
    const discussion = { id: comment.discussionId, resolved: true };
    expect(comments).toMatchObject([
      { body: 'why two?', at: place, discussion, editedAt: null },
      { body: 'because', at: place, discussion },
    ]);
  });

  test('about code that is gone have no line and the hunk of then', async () => {
    const { number, head } = await newMergeRequest();
    const on = { ...by('rita'), number, path: 'b.txt', line: 3, body: 'not three' };
    await world.gitlab.reviewComment(on);
    await world.gitlab.commit({ ...by('octo'), branch: head, files: { 'b.txt': 'other\n' } });
    const { comments } = await read(number, 'pull');
    expect(comments).toMatchObject([
      {
        at: { path: 'b.txt', line: null, hunk: '@@ -0,0 +1,3 @@\n+one\n+two\n+three' },
        discussion: { resolved: false },
      },
    ]);
  });

  test('are not what our progress note becomes by a reply', async () => {
    const { number } = await newMergeRequest();
    const thread = { kind: 'pull', number } as const;
    const { externalId } = await world.host.createComment(world.repo, thread, 'Working on it');
    const id = Number(externalId.split('/').at(-1));
    const note = world.gitlab.comments(world.repository, number, 'merge_request').find((one) => one.id === id);
    if (note) note.type = 'DiscussionNote';
    const { comments } = await read(number, 'pull');
    expect(comments).toMatchObject([{ id, discussion: null }]);
  });

  test('leave out what GitLab itself has noted', async () => {
    const { number, head } = await newMergeRequest();
    await world.gitlab.commit({ ...by('octo'), branch: head, files: { 'b.txt': 'other\n' } });
    expect(world.gitlab.pull(world.repository, number).notes.map(({ system }) => system)).toEqual([true]);
    expect((await read(number, 'pull')).comments).toEqual([]);
  });
});

describe('linked threads', () => {
  test('are what a merge request closes, what an issue is linked with, and what the description names', async () => {
    const [closed, named, other] = [await newIssue({ body: 'c' }), await newIssue({ body: 'n' }), await newIssue()];
    const words = `Closes #${closed.number}, see #${named.number} but not \`#${other.number}\` or x#${other.number}`;
    const { number } = await newMergeRequest('x\n', words);
    const issue = await newIssue({ body: `as in !${number}` });
    world.gitlab.linkIssues({ ...by('ada'), number: issue.number, to: other.number });
    expect((await read(number, 'pull')).linked).toMatchObject([
      { kind: 'issue', number: closed.number, body: 'c', editedAt: null },
      { kind: 'issue', number: named.number, body: 'n', editedAt: null },
    ]);
    expect((await read(issue.number)).linked).toMatchObject([
      { kind: 'issue', number: other.number },
      { kind: 'pull', number, body: words },
    ]);
  });

  test('say when title or description were changed, and ignore whatever else has happened', async () => {
    const [titled, touched] = [await newIssue(), await newIssue()];
    later();
    await world.gitlab.editIssue({ ...by('ada'), kind: 'issue', number: titled.number, title: 'Another' });
    await world.gitlab.label({ ...by('ada'), kind: 'issue', number: touched.number, labels: ['x'] });
    const { number } = await newIssue({ body: `#${titled.number} #${touched.number} #99999` });
    expect((await read(number)).linked.map(({ editedAt }) => editedAt)).toEqual([time(), null]);
  });

  test('are ten at most, each once and never the thread itself', async () => {
    const first = await newIssue();
    const more = await Promise.all(Array.from({ length: 12 }, () => newIssue()));
    const numbers = [first, ...more].map(({ number }) => `#${number}`).join(' ');
    await world.gitlab.editIssue({ ...by('ada'), kind: 'issue', number: first.number, body: `${numbers} ${numbers}` });
    const { linked } = await read(first.number);
    expect(linked).toHaveLength(10);
    expect(new Set(linked.map(({ number }) => number)).size).toBe(10);
    expect(linked.map(({ number }) => number)).not.toContain(first.number);
  });
});
