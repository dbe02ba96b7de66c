import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { MergeRequestRecord, ProjectRecord } from './gitlab/records.ts';
import { restClient, type RestAnswer, type RestClient } from './gitlab/rest-client.ts';
import { startGitLab, type GitLabStandIn } from './gitlab/stand-in.ts';

const BAD_LINE = {
  message: '400 Bad request - Note {:line_code=>["can\'t be blank", "must be a valid line code"]}',
};
const Thread = z.looseObject({ id: z.string(), notes: z.array(z.looseObject({ id: z.number() })) });

let gitlab: GitLabStandIn;
let project: ProjectRecord;
let pull: MergeRequestRecord;
let bot: RestClient;
let at: string;

beforeAll(async () => {
  gitlab = await startGitLab();
  const files = { 'kept.txt': '1\n2\n3\n4\n5\n6\n7\n8\n9\n', 'gone.txt': 'x\n', 'old.txt': 'o1\no2\no3\no4\n' };
  project = await gitlab.createRepository({ owner: 'acme', name: 'shop', files });
  const change = {
    'kept.txt': '1\n2\nnew\n4\n5\n6\n7\n8\n9\n',
    'gone.txt': null,
    'old.txt': null,
    'renamed.txt': 'o1\no2\no3\nO4\n',
    'fresh.txt': 'f\n',
  };
  await gitlab.commit({ repository: project, branch: 'topic', files: change, by: 'alice' });
  pull = (await gitlab.openPullRequest({ repository: project, by: 'alice', title: 'Topic', head: 'topic' })).issue;
  bot = restClient(gitlab, gitlab.botToken.token);
  at = `/projects/${project.id}/merge_requests/${pull.number}/discussions`;
});
afterEach(() => gitlab.assertNoViolations());
afterAll(() => gitlab.close());

function position(place: { old: string; new?: string; old_line?: number; new_line?: number }) {
  const version = pull.versions.at(-1);
  return {
    base_sha: version?.baseSha,
    start_sha: version?.startSha,
    head_sha: version?.headSha,
    position_type: 'text',
    old_path: place.old,
    new_path: place.new ?? place.old,
    ...(place.old_line === undefined ? {} : { old_line: place.old_line }),
    ...(place.new_line === undefined ? {} : { new_line: place.new_line }),
  };
}

const say = (place: Parameters<typeof position>[0]) => bot.post(at, { body: 'look', position: position(place) });
const idOf = (answer: RestAnswer) => Thread.parse(answer.body).id;

test.each([
  ['an added line by its new number', { old: 'kept.txt', new_line: 3 }],
  ['a removed line by its old number', { old: 'kept.txt', old_line: 3 }],
  ['an unchanged line by both', { old: 'kept.txt', old_line: 4, new_line: 4 }],
  ['an unchanged line outside the hunks', { old: 'kept.txt', old_line: 9, new_line: 9 }],
  ['a line of a new file', { old: 'fresh.txt', new_line: 1 }],
  ['a line of a deleted file', { old: 'gone.txt', old_line: 1 }],
  ['a changed line of a renamed file', { old: 'old.txt', new: 'renamed.txt', new_line: 4 }],
])('a thread stands on %s', async (_name, place) => {
  const made = await say(place);
  expect([made.status, made.body]).toMatchObject([
    201,
    { individual_note: false, notes: [{ type: 'DiffNote', resolvable: true, position: position(place) }] },
  ]);
});

test.each([
  ['an added line by both numbers', { old: 'kept.txt', old_line: 3, new_line: 3 }],
  ['an unchanged line by one number', { old: 'kept.txt', new_line: 4 }],
  ['a line beyond the end', { old: 'kept.txt', new_line: 99 }],
  ['a new file by an old number', { old: 'fresh.txt', old_line: 1 }],
  ['a renamed file by its new name alone', { old: 'renamed.txt', new_line: 4 }],
  ['a file that was not touched', { old: 'nowhere.txt', new_line: 1 }],
  ['no line at all', { old: 'kept.txt' }],
])('a thread does not stand on %s', async (_name, place) => {
  const before = pull.notes.length;
  const refused = await say(place);
  expect([refused.status, refused.body]).toEqual([400, BAD_LINE]);
  expect(pull.notes).toHaveLength(before);
});

test('commits that are no version of the merge request are refused', async () => {
  const wrong = { ...position({ old: 'kept.txt', new_line: 3 }), base_sha: '0'.repeat(40) };
  const refused = await bot.post(at, { body: 'look', position: wrong });
  expect([refused.status, refused.body]).toEqual([400, BAD_LINE]);
});

test('several lines are named by their line codes, and made up ones are refused', async () => {
  const made = await gitlab.reviewComment({
    repository: project,
    by: 'alice',
    number: pull.number,
    body: 'x',
    path: 'kept.txt',
    line: 3,
  });
  const code = made.comment.lineCode ?? '';
  expect(code).toMatch(/^[0-9a-f]{40}_4_3$/);
  const range = (line_code: string) => ({ start: { line_code, type: 'new' }, end: { line_code, type: 'new' } });
  const spot = position({ old: 'kept.txt', new_line: 3 });
  const good = await bot.post(at, { body: 'both', position: { ...spot, line_range: range(code) } });
  expect(good.status).toBe(201);
  const bad = await bot.post(at, { body: 'both', position: { ...spot, line_range: range(`${'0'.repeat(40)}_1_1`) } });
  expect(bad.body).toEqual(BAD_LINE);
});

test('a thread is answered, resolved by a developer, and opened again', async () => {
  const thread = `${at}/${idOf(await say({ old: 'kept.txt', new_line: 3 }))}`;
  expect((await bot.post(`${thread}/notes`, { body: 'fixed' })).body).toMatchObject({ type: 'DiffNote' });
  const reporter = restClient(gitlab, gitlab.issueToken({ repository: project, level: 20 }).token);
  expect((await reporter.put(thread, { resolved: true })).status).toBe(403);
  expect((await bot.put(thread, { resolved: true })).body).toMatchObject({
    notes: [
      { resolved: true, resolved_by: { id: gitlab.bot.id } },
      { body: 'fixed', resolved: true },
    ],
  });
  expect((await bot.put(thread, { resolved: false })).body).toMatchObject({ notes: [{ resolved: false }, {}] });
  expect((await bot.put(`${at}/${'0'.repeat(40)}`, { resolved: true })).body).toEqual({
    message: '404 Discussion Not Found',
  });
});

test('a note that stood alone becomes a thread with its first reply', async () => {
  const { comment } = await gitlab.comment({
    repository: project,
    by: 'alice',
    kind: 'merge_request',
    number: pull.number,
    body: 'a thought',
  });
  const thread = `${at}/${comment.discussionId}`;
  expect((await bot.get(thread)).body).toMatchObject({ individual_note: true });
  await bot.post(`${thread}/notes`, { body: 'indeed' });
  expect((await bot.get(thread)).body).toMatchObject({
    individual_note: false,
    notes: [{ body: 'a thought' }, { body: 'indeed', type: 'DiscussionNote' }],
  });
});

test('one note of a thread is edited, resolved or deleted by itself', async () => {
  const made = Thread.parse((await bot.post(at, { body: 'plain' })).body);
  const note = `${at}/${made.id}/notes/${made.notes[0]?.id}`;
  expect((await bot.put(note, { body: 'better' })).body).toMatchObject({ body: 'better' });
  expect((await bot.put(note, { resolved: true })).body).toMatchObject({ resolved: true });
  expect((await bot.put(note, {})).status).toBe(400);
  expect((await bot.delete(note)).status).toBe(204);
});

test('threads are listed in pages, oldest first, and those of issues too', async () => {
  const { headers, body } = await bot.get(`${at}?per_page=1`);
  expect([headers.get('x-per-page'), z.array(Thread).parse(body)]).toMatchObject(['1', [{}]]);
  const { issue } = await gitlab.openIssue({ repository: project, by: 'alice', title: 'x' });
  await gitlab.comment({ repository: project, by: 'alice', kind: 'issue', number: issue.number, body: 'y' });
  const threads = await bot.get(`/projects/${project.id}/issues/${issue.number}/discussions`);
  expect(threads.body).toMatchObject([{ individual_note: true, notes: [{ body: 'y', resolvable: false }] }]);
});
