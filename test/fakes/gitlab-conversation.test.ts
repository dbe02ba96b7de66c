import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ProjectRecord } from './gitlab/records.ts';
import { fieldOf, idOf, restClient, type RestClient } from './gitlab/rest-client.ts';
import { startGitLab, type GitLabStandIn } from './gitlab/stand-in.ts';

let gitlab: GitLabStandIn;
let project: ProjectRecord;
let bot: RestClient;
let at: string;

beforeAll(async () => {
  gitlab = await startGitLab();
  project = await gitlab.createRepository({ owner: 'acme', name: 'talk', files: { a: 'a' } });
  bot = restClient(gitlab, gitlab.botToken.token);
  at = `/projects/${project.id}`;
});
afterEach(() => gitlab.assertNoViolations());
afterAll(() => gitlab.close());

const newIssue = async () => (await gitlab.openIssue({ repository: project, by: 'alice', title: 'Bug' })).issue;

test('an issue is read with its author, labels and text', async () => {
  const { issue } = await gitlab.openIssue({
    repository: project,
    by: 'alice',
    title: 'Slow',
    body: 'very',
    labels: ['b', 'a'],
  });
  expect((await bot.get(`${at}/issues/${issue.number}`)).body).toMatchObject({
    iid: issue.number,
    description: 'very',
    labels: ['a', 'b'],
    author: { username: 'alice' },
    web_url: `${gitlab.url}/acme/talk/-/issues/${issue.number}`,
  });
  expect((await bot.get(`${at}/issues/999`)).body).toEqual({ message: '404 Issue Not Found' });
});

test('issues are listed by state, label and number, newest first', async () => {
  const [first, second] = [await newIssue(), await newIssue()];
  await gitlab.label({ repository: project, by: 'alice', kind: 'issue', number: second.number, labels: ['bot'] });
  await gitlab.closeIssue({ repository: project, by: 'alice', number: first.number });
  expect(fieldOf(await bot.get(`${at}/issues?labels=bot`), 'iid')).toEqual([second.number]);
  expect(fieldOf(await bot.get(`${at}/issues?state=closed`), 'iid')).toEqual([first.number]);
  const both = `${at}/issues?iids[]=${first.number}&iids[]=${second.number}`;
  expect(fieldOf(await bot.get(both), 'iid')).toEqual([second.number, first.number]);
});

test('links and the merge requests that mention or close an issue are found from it', async () => {
  const [one, two] = [await newIssue(), await newIssue()];
  gitlab.linkIssues({ repository: project, by: 'alice', number: one.number, to: two.number });
  expect(fieldOf(await bot.get(`${at}/issues/${one.number}/links`), 'iid')).toEqual([two.number]);
  await gitlab.commit({ repository: project, branch: 'fix', files: { f: 'f' } });
  const body = `Closes #${one.number}, see #${two.number}`;
  await gitlab.openPullRequest({ repository: project, by: 'alice', title: 'Fix', head: 'fix', body });
  const related = (number: number, kind: string) => bot.get(`${at}/issues/${number}/${kind}`);
  expect(fieldOf(await related(one.number, 'closed_by'), 'title')).toEqual(['Fix']);
  expect(fieldOf(await related(two.number, 'closed_by'), 'title')).toEqual([]);
  expect(fieldOf(await related(two.number, 'related_merge_requests'), 'title')).toEqual(['Fix']);
});

test('a note is written, edited in place, listed both ways and deleted', async () => {
  const { number } = await newIssue();
  const notes = `${at}/issues/${number}/notes`;
  const first = await bot.post(notes, { body: 'one' });
  expect([first.status, first.body]).toMatchObject([201, { body: 'one', system: false, noteable_iid: number }]);
  await gitlab.comment({ repository: project, by: 'alice', kind: 'issue', number, body: 'two' });
  expect(fieldOf(await bot.get(notes), 'body')).toEqual(['two', 'one']);
  expect(fieldOf(await bot.get(`${notes}?sort=asc&per_page=1`), 'body')).toEqual(['one']);
  const changed = await bot.put(`${notes}/${idOf(first)}`, { body: 'uno' });
  expect(changed.body).toMatchObject({ id: idOf(first), body: 'uno' });
  expect(gitlab.comments(project, number, 'issue').map((one) => one.body)).toEqual(['uno', 'two']);
  expect((await bot.delete(`${notes}/${idOf(first)}`)).status).toBe(204);
  expect((await bot.get(`${notes}/${idOf(first)}`)).body).toEqual({ message: '404 Note Not Found' });
  expect(gitlab.ledger.slice(-3).map((one) => one.kind)).toEqual([
    'comment.create',
    'comment.update',
    'comment.delete',
  ]);
});

test('a note holds a million characters and not one more', async () => {
  const notes = `${at}/issues/${(await newIssue()).number}/notes`;
  expect((await bot.post(notes, { body: 'ä'.repeat(1_000_000) })).status).toBe(201);
  const { status, body } = await bot.post(notes, { body: 'x'.repeat(1_000_001) });
  expect([status, body]).toEqual([
    400,
    { message: '400 Bad request - Note {:note=>["is too long (maximum is 1000000 characters)"]}' },
  ]);
});

test('a note is changed by its author and by maintainers only', async () => {
  const { number } = await newIssue();
  const { comment } = await gitlab.comment({ repository: project, by: 'alice', kind: 'issue', number, body: 'mine' });
  const developer = restClient(gitlab, gitlab.issueToken({ repository: project, level: 30 }).token);
  const path = `${at}/issues/${number}/notes/${comment.id}`;
  expect((await developer.put(path, { body: 'theirs' })).status).toBe(403);
  expect((await bot.put(path, { body: 'moderated' })).status).toBe(200);
});

test('a stranger writes notes on a public project and not on a private one', async () => {
  const hidden = await gitlab.createRepository({ owner: 'acme', name: 'hidden', files: { a: '' }, private: true });
  await gitlab.openIssue({ repository: hidden, by: 'alice', title: 'x' });
  const stranger = restClient(gitlab, gitlab.issuePersonalToken({ login: 'zoe' }).token);
  const { number } = await newIssue();
  expect((await stranger.post(`${at}/issues/${number}/notes`, { body: 'hi' })).status).toBe(201);
  expect((await stranger.post(`/projects/${hidden.id}/issues/1/notes`, { body: 'hi' })).status).toBe(404);
});

test('an emoji is awarded once per name and user, and taken back by its owner', async () => {
  const { number } = await newIssue();
  const { comment } = await gitlab.comment({ repository: project, by: 'alice', kind: 'issue', number, body: 'hello' });
  for (const place of [`${at}/issues/${number}`, `${at}/issues/${number}/notes/${comment.id}`]) {
    const awards = `${place}/award_emoji`;
    const made = await bot.post(awards, { name: 'eyes' });
    expect([made.status, made.body]).toMatchObject([201, { name: 'eyes', user: { id: gitlab.bot.id } }]);
    const again = await bot.post(awards, { name: 'eyes' });
    expect([again.status, again.body]).toEqual([
      404,
      { message: '404 Award Emoji Name has already been taken Not Found' },
    ]);
    expect(fieldOf(await bot.get(awards), 'name')).toEqual(['eyes']);
    expect((await bot.delete(`${awards}/${idOf(made)}`)).status).toBe(204);
    expect((await bot.get(awards)).body).toEqual([]);
  }
  const { reaction } = await gitlab.react({ repository: project, by: 'alice', commentId: comment.id, content: 'tada' });
  expect(gitlab.reactions(project, { comment: comment.id })).toEqual([reaction]);
  const theirs = `${at}/issues/${number}/notes/${comment.id}/award_emoji/${reaction.id}`;
  expect((await bot.delete(theirs)).status).toBe(401);
});

test('an issue is closed, labelled and renamed through the API by its author or a developer', async () => {
  const { number } = await newIssue();
  const change = { state_event: 'close', add_labels: 'done', title: 'Better' };
  const stranger = restClient(gitlab, gitlab.issuePersonalToken({ login: 'yves' }).token);
  expect((await stranger.put(`${at}/issues/${number}`, change)).status).toBe(403);
  expect((await bot.put(`${at}/issues/${number}`, change)).body).toMatchObject({
    state: 'closed',
    labels: ['done'],
    title: 'Better',
    closed_by: { id: gitlab.bot.id },
  });
});
