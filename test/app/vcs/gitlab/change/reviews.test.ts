import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effectMarker } from '#core/domain/host/effect.ts';
import { findingMarker } from '#core/domain/change/finding.ts';
import type { ReviewRemark } from '#core/ports/host/reviewer.ts';
import { restClient, type RestClient } from '../../../../fakes/gitlab/rest-client.ts';
import { startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';
import { bigChange, mergeRequestOf, numbers, remark, reviewOf } from './review-scene.ts';
import { startScriptedApi } from '../scripted-api.ts';

let world: GitLabWorld;
let bot: RestClient;

beforeAll(async () => {
  world = await startGitLabWorld();
  bot = restClient(world.gitlab, world.gitlab.botToken.token);
  const files = { 'long.txt': numbers(1, 40), 'gone.txt': 'one\ntwo\n', 'old.txt': numbers(1, 20) };
  await world.gitlab.commit({ repository: world.repository, branch: 'main', files });
});
afterAll(() => world[Symbol.asyncDispose]());

const notes = (number: number) => world.gitlab.comments(world.repository, number, 'merge_request');
const onLines = (number: number) =>
  world.gitlab.reviewComments(world.repository, number).map(({ position, body }) => {
    const { old_path: from, new_path: to, old_line: old, new_line: now, line_range: range } = position ?? {};
    const start = range?.start;
    return [
      from,
      to,
      old ?? null,
      now ?? null,
      start?.old_line ?? null,
      start?.new_line ?? null,
      body.split('\n').at(-1),
    ];
  });

test('remarks are discussions on their lines, on both sides and over several, and the summary is a note after them', async () => {
  const review = await reviewOf(world, 'review', bigChange);
  const remarks = [
    review.remark('long.txt', 10),
    review.remark('long.txt', 10, { side: 'left' }),
    review.remark('long.txt', 11),
    review.remark('long.txt', 11, { startLine: 9 }),
    review.remark('new.txt', 2, { startLine: 1 }),
    review.remark('gone.txt', 2, { side: 'left', startLine: 1 }),
    review.remark('renamed.txt', 20, { oldPath: 'old.txt' }),
  ];
  expect(await review.find()).toBeUndefined();
  const placed = await review.post(remarks);
  expect(await review.find()).toEqual(placed);
  const { number } = review;
  expect(onLines(number).map((one) => one.slice(0, -1))).toEqual([
    ['long.txt', 'long.txt', null, 10, null, null],
    ['long.txt', 'long.txt', 10, null, null, null],
    ['long.txt', 'long.txt', 11, 11, null, null],
    ['long.txt', 'long.txt', 11, 11, 9, 9],
    ['new.txt', 'new.txt', null, 2, null, 1],
    ['gone.txt', 'gone.txt', 2, null, 1, null],
    ['old.txt', 'renamed.txt', null, 20, null, null],
  ]);
  const last = notes(number).at(-1);
  expect(last).toMatchObject({ type: null, body: review.summary, author: { id: world.gitlab.bot.id } });
  expect(placed).toEqual({
    externalId: `merge_requests/${number}/notes/${last?.id}`,
    url: `${world.gitlab.url}/team/tools/app/-/merge_requests/${number}#note_${last?.id}`,
  });
});

test('a remark at a line that the diff does not show is invalid, and nothing was posted or kept as a draft', async () => {
  const review = await reviewOf(world, 'invalid', bigChange);
  for (const wrong of [review.remark('long.txt', 30), review.remark('gone.txt', 1), review.remark('README.md', 1)]) {
    await expect(review.post([review.remark('new.txt', 1), wrong])).rejects.toMatchObject({ code: 'invalid' });
  }
  expect([notes(review.number), review.drafts()]).toEqual([[], []]);
});

test('a place that only GitLab does not take is invalid as well, and nothing was posted or kept as a draft', async () => {
  const review = await reviewOf(world, 'disagreed', bigChange);
  const files = review.diff.files.map((file) =>
    file.path === 'new.txt' ? { ...file, patch: '@@ -0,0 +1,9 @@\n' + '+made up\n'.repeat(9) } : file,
  );
  const remarks = [review.remark('long.txt', 10), review.remark('new.txt', 9)];
  await expect(review.post(remarks, { ...review.diff, files })).rejects.toMatchObject({ code: 'invalid' });
  expect([notes(review.number), review.drafts()]).toEqual([[], []]);
});

test.each(['before', 'after'] as const)(
  'a review that was cut off %s its remarks were published is brought to its end, each remark once',
  async (when) => {
    const review = await reviewOf(world, `cut-${when}`, bigChange);
    const remarks = [review.remark('long.txt', 10), review.remark('new.txt', 1)];
    const match = { operationId: 'POST /projects/:id/merge_requests/:merge_request_iid/draft_notes/bulk_publish' };
    world.gitlab.fault({ match, when, status: 502 });
    await expect(review.post(remarks)).rejects.toMatchObject({ code: 'ambiguous' });
    expect(await review.find()).toBeUndefined();
    const placed = await review.post(remarks);
    expect(await review.find()).toEqual(placed);
    expect([onLines(review.number).length, notes(review.number).length, review.drafts()]).toEqual([2, 3, []]);
  },
);

test('a review of which GitLab had published a part, with all drafts still there, is brought to its end, each remark once', async () => {
  const review = await reviewOf(world, 'partly', bigChange);
  const remarks = [review.remark('long.txt', 10), review.remark('new.txt', 1), review.remark('new.txt', 2)];
  world.gitlab.fault({ match: { method: 'POST', path: /bulk_publish$/ }, when: 'before', drop: true });
  await expect(review.post(remarks)).rejects.toMatchObject({ code: 'ambiguous' });
  const [first] = review.drafts();
  expect(review.drafts()).toHaveLength(3);
  const { id: projectId } = world.repository;
  const at = `/projects/${projectId}/merge_requests/${review.number}/discussions`;
  expect((await bot.post(at, { body: first?.body, position: first?.position })).status).toBe(201);
  await review.post(remarks);
  expect(onLines(review.number).map(([, path, , line]) => [path, line])).toEqual([
    ['long.txt', 10],
    ['new.txt', 1],
    ['new.txt', 2],
  ]);
});

test('a summary that GitLab stored before it answered 502 is ambiguous, and found', async () => {
  const review = await reviewOf(world, 'ambiguous', bigChange);
  const operationId = 'POST /projects/:id/merge_requests/:merge_request_iid/notes';
  world.gitlab.fault({ match: { operationId }, when: 'after', status: 502 });
  await expect(review.post([])).rejects.toMatchObject({ code: 'ambiguous' });
  expect(await review.find()).toBeDefined();
});

test('equal remarks about equal code are each posted', async () => {
  const review = await reviewOf(world, 'equal', { 'twice.txt': 'same\nother\nsame\n' });
  const [one, other] = [review.remark('twice.txt', 1), review.remark('twice.txt', 3)];
  await review.post([one, other]);
  expect(onLines(review.number).map(([, path, , line]) => [path, line])).toEqual([
    ['twice.txt', 1],
    ['twice.txt', 3],
  ]);
});

test('drafts of a broken-off review are thrown away; one of a person who uses the same account is not', async () => {
  const review = await reviewOf(world, 'drafts', bigChange);
  const at = `/projects/${world.repository.id}/merge_requests/${review.number}/draft_notes`;
  await bot.post(at, { note: `${findingMarker('x', randomUUID())}\n\nleft behind` });
  await bot.post(at, { note: 'a thought of mine' });
  const wrong = review.remark('new.txt', 9);
  const files = review.diff.files.map((file) => ({ ...file, patch: '@@ -0,0 +1,9 @@\n' + '+x\n'.repeat(9) }));
  await expect(review.post([wrong], { ...review.diff, files })).rejects.toMatchObject({ code: 'invalid' });
  expect(review.drafts().map(({ body }) => body)).toEqual(['a thought of mine']);
});

test('remarks that GitLab lost while it reported success are missed, and no summary says that they are there', async () => {
  const discussion = [{ id: 'd', notes: [] }];
  const shas = { base_sha: 'a'.repeat(40), start_sha: 'a'.repeat(40), head_sha: 'b'.repeat(40) };
  await using api = await startScriptedApi(({ line }) => {
    if (line.endsWith('/bulk_publish')) return { status: 204 };
    if (line.startsWith('GET') && line.includes('/discussions')) return { status: 200, body: discussion };
    if (line.startsWith('GET')) return { status: 200, body: [] };
    return { status: 201, body: { id: 1, author_id: 41, note: 'x', line_code: 'y' } };
  });
  const file = { path: 'a.txt', oldPath: 'a.txt', status: 'added', patch: '@@ -0,0 +1 @@\n+x' } as const;
  const diff = { baseSha: shas.start_sha, startSha: shas.base_sha, headSha: shas.head_sha, files: [file], cut: false };
  const lost: ReviewRemark = remark(randomUUID(), { path: 'a.txt', line: 1 });
  const posted = api.host.postReview(api.repo, { number: 1, diff, summary: 's', remarks: [lost] });
  await expect(posted).rejects.toMatchObject({ code: 'unavailable' });
  expect(api.requests.filter(({ line }) => line.startsWith('POST') && line.endsWith('/notes'))).toEqual([]);
});

test('only a note of our own account is a review of ours', async () => {
  const { gitlab, host, repo, repository } = world;
  const { number } = await mergeRequestOf(world, 'quoted', { 'q.txt': 'q\n' });
  const marker = effectMarker(randomUUID(), 'review');
  await gitlab.comment({ repository, by: 'mona', kind: 'merge_request', number, body: `${marker}\n\nMine.` });
  expect(await host.findReview(repo, number, marker)).toBeUndefined();
});
