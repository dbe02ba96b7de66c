import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { MergeRequestRecord, ProjectRecord } from './gitlab/records.ts';
import { idOf, restClient, type RestClient } from './gitlab/rest-client.ts';
import { startGitLab, type GitLabStandIn } from './gitlab/stand-in.ts';

let gitlab: GitLabStandIn;
let project: ProjectRecord;
let pull: MergeRequestRecord;
let bot: RestClient;
let at: string;

beforeAll(async () => {
  gitlab = await startGitLab();
  project = await gitlab.createRepository({ owner: 'acme', name: 'shop', files: { 'kept.txt': '1\n2\n3\n4\n' } });
  await gitlab.commit({ repository: project, branch: 'topic', files: { 'kept.txt': '1\n2\nnew\n4\n' }, by: 'alice' });
  pull = (await gitlab.openPullRequest({ repository: project, by: 'alice', title: 'Topic', head: 'topic' })).issue;
  bot = restClient(gitlab, gitlab.botToken.token);
  at = `/projects/${project.id}/merge_requests/${pull.number}/draft_notes`;
});
afterEach(() => gitlab.assertNoViolations());
afterAll(() => gitlab.close());

function position(newLine: number) {
  const { baseSha, startSha, headSha } = pull.versions.at(-1) ?? {};
  const shas = { base_sha: baseSha, start_sha: startSha, head_sha: headSha };
  return { ...shas, position_type: 'text', old_path: 'kept.txt', new_path: 'kept.txt', new_line: newLine };
}

test('a draft is seen by its author alone until all of that author are published, in their order', async () => {
  const alice = restClient(gitlab, gitlab.issueToken({ repository: project, level: 30 }).token);
  expect((await bot.post(at, { note: 'on a line', position: position(3) })).body).toMatchObject({
    note: 'on a line',
    author_id: gitlab.bot.id,
    line_code: expect.stringMatching(/^[0-9a-f]{40}_4_3$/),
  });
  await bot.post(at, { note: 'on nothing' });
  expect((await bot.get(at)).body).toMatchObject([{ note: 'on a line' }, { note: 'on nothing', line_code: null }]);
  expect((await alice.get(at)).body).toEqual([]);
  expect(gitlab.comments(project, pull.number)).toEqual([]);
  expect((await bot.post(`${at}/bulk_publish`)).status).toBe(204);
  expect(gitlab.comments(project, pull.number)).toMatchObject([
    { body: 'on a line', type: 'DiffNote', author: { id: gitlab.bot.id } },
    { body: 'on nothing', type: 'DiscussionNote' },
  ]);
  expect((await bot.get(at)).body).toEqual([]);
});

test('a draft at a place that is not in the diff is taken without a line code, and lost when it is published', async () => {
  const before = gitlab.comments(project, pull.number).length;
  const made = await bot.post(at, { note: 'nowhere', position: position(99) });
  expect([made.status, made.body]).toMatchObject([201, { line_code: null }]);
  expect((await bot.post(`${at}/bulk_publish`)).status).toBe(204);
  expect([(await bot.get(at)).body, gitlab.comments(project, pull.number).length]).toEqual([[], before]);
});

test('a draft is removed by its author; an empty one is refused', async () => {
  const id = idOf(await bot.post(at, { note: 'x' }));
  expect((await bot.delete(`${at}/${id}`)).status).toBe(204);
  expect((await bot.delete(`${at}/${id}`)).status).toBe(404);
  expect((await bot.post(at, { note: ' ' })).status).toBe(400);
});

test('a place goes along with its line to the next version, and stays in its own once the line was changed', async () => {
  const say = async (line: number) => {
    const act = { repository: project, by: 'alice', number: pull.number, body: 'look', path: 'kept.txt', line };
    return (await gitlab.reviewComment(act)).comment;
  };
  const removed = { repository: project, by: 'alice', number: pull.number, body: 'gone?', path: 'kept.txt', line: 3 };
  const old = (await gitlab.reviewComment({ ...removed, side: 'old' })).comment;
  const [context, added] = [await say(4), await say(3)];
  const former = pull.versions.at(-1);
  const files = { 'kept.txt': '0\n1\n2\nother\n4\n' };
  await gitlab.commit({ repository: project, branch: 'topic', files, by: 'alice' });
  const now = pull.versions.at(-1);
  expect(context.position).toMatchObject({ head_sha: now?.headSha, old_line: 4, new_line: 5 });
  expect(added.position).toMatchObject({ head_sha: former?.headSha, new_line: 3 });
  expect(old.position).toMatchObject({ head_sha: now?.headSha, old_line: 3, new_line: null });
  const back = { 'kept.txt': '1\n2\n3\n4\nmore\n' };
  await gitlab.commit({ repository: project, branch: 'topic', files: back, by: 'alice' });
  expect(old.position).toMatchObject({ head_sha: now?.headSha });
});
