import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findingMarker, keyOfComment } from '#core/domain/change/finding.ts';
import { restClient } from '../../../../fakes/gitlab/rest-client.ts';
import { startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';
import { bigChange, numbers, reviewOf } from './review-scene.ts';

let world: GitLabWorld;

beforeAll(async () => {
  world = await startGitLabWorld();
  const files = { 'long.txt': numbers(1, 40), 'gone.txt': 'one\ntwo\n', 'old.txt': numbers(1, 20) };
  await world.gitlab.commit({ repository: world.repository, branch: 'main', files });
});
afterAll(() => world[Symbol.asyncDispose]());

test('discussions of ours are told with their keys and review; those of people are not, whatever they quote', async () => {
  const { gitlab, host, repo, repository } = world;
  const review = await reviewOf(world, 'threads', bigChange);
  const { number } = review;
  await review.post([
    review.remark('long.txt', 10),
    review.remark('new.txt', 2),
    review.remark('gone.txt', 2, { side: 'left' }),
  ]);
  const body = `${findingMarker('x', randomUUID())}\nMine now.`;
  await gitlab.reviewComment({ repository, by: 'ada', number, path: 'new.txt', line: 1, body });
  const [first] = gitlab.reviewComments(repository, number);
  const answer = { path: 'long.txt', line: 10, body: 'No.', inReplyTo: first?.id ?? 0 };
  await gitlab.reviewComment({ repository, by: 'ada', number, ...answer });
  const key = keyOfComment(first?.body ?? '');
  const { reviewId } = review;
  expect(await host.ourThreads(repo, number)).toMatchObject([
    { id: first?.discussionId, key, reviewId, path: 'long.txt', line: 10, resolved: false, answered: true },
    { key, reviewId, path: 'new.txt', line: 2, resolved: false, answered: false },
    { key, reviewId, path: 'gone.txt', line: 2, resolved: false, answered: false },
  ]);
});

test('a discussion moves with its line, and is outdated once that was changed; that is no answer of anybody', async () => {
  const { gitlab, host, repo, repository } = world;
  const review = await reviewOf(world, 'moved', bigChange);
  await review.post([
    review.remark('new.txt', 1),
    review.remark('new.txt', 2),
    review.remark('long.txt', 10, { side: 'left' }),
  ]);
  const files = { 'new.txt': 'zero\nfirst\nother\n' };
  await gitlab.commit({ repository, branch: 'moved', files, by: 'ada' });
  const threads = await host.ourThreads(repo, review.number);
  expect(threads.map(({ line, answered }) => [line, answered])).toEqual([
    [2, false],
    [null, false],
    [10, false],
  ]);
});

test('resolving a discussion can be repeated; one that is not there is missing', async () => {
  const { gitlab, host, repo, repository } = world;
  const review = await reviewOf(world, 'resolve', bigChange);
  const { number } = review;
  await review.post([review.remark('new.txt', 1)]);
  const [note] = gitlab.reviewComments(repository, number);
  const answer = { path: 'new.txt', line: 1, body: 'Done.', inReplyTo: note?.id ?? 0 };
  await gitlab.reviewComment({ repository, by: 'ada', number, ...answer });
  const [thread] = await host.ourThreads(repo, number);
  await host.resolveThread(repo, number, thread?.id ?? '');
  await host.resolveThread(repo, number, thread?.id ?? '');
  expect(await host.ourThreads(repo, number)).toMatchObject([{ resolved: true, answered: true }]);
  gitlab.resolveThread({ repository, by: 'ada', commentId: note?.id ?? 0, resolved: false });
  expect(await host.ourThreads(repo, number)).toMatchObject([{ resolved: false }]);
  await expect(host.resolveThread(repo, number, '0'.repeat(40))).rejects.toMatchObject({ code: 'missing' });
  await expect(host.ourThreads(repo, 9_999)).rejects.toMatchObject({ code: 'missing' });
});

test('all pages are read, and of what anybody has said there', async () => {
  const { gitlab, host, repo, repository } = world;
  const review = await reviewOf(world, 'pages', bigChange);
  const { number } = review;
  const at = `/projects/${repository.id}/merge_requests/${number}/notes`;
  const ada = restClient(gitlab, gitlab.issueToken({ repository, level: 30 }).token);
  for (let count = 0; count < 130; count += 1) await ada.post(at, { body: `word ${count}` });
  await review.post([review.remark('new.txt', 1)]);
  expect(await host.ourThreads(repo, number)).toHaveLength(1);
  expect(await review.find()).toBeDefined();
});

test('a bot that may only comment is denied to resolve, and says so', async () => {
  await using weak = await startGitLabWorld();
  weak.gitlab.setPermission(weak.repository, weak.gitlab.bot.login, 20);
  const review = await reviewOf(weak, 'weak', { 'new.txt': 'first\n' });
  await review.post([review.remark('new.txt', 1)]);
  const [thread] = await weak.host.ourThreads(weak.repo, review.number);
  const resolved = weak.host.resolveThread(weak.repo, review.number, thread?.id ?? '');
  await expect(resolved).rejects.toMatchObject({ code: 'denied' });
});
