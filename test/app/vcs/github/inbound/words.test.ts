import { expect, test } from 'vitest';
import type { Said } from '#core/domain/host/inbound.ts';
import type { WordsPlace } from '#core/domain/command/words-key.ts';
import { loadContract } from '../../../../fakes/github/contract.ts';
import { startGitHubWorld, type GitHubWorld } from '../github-world.ts';

const contract = await loadContract();
const EVER = '2020-01-01T00:00:00.000Z';
/** GitHub's times have no parts of a second. */
const aSecond = () => new Promise((resolve) => setTimeout(resolve, 1_100));

/** An issue with a comment, and a pull request with a comment, a comment at a line and a review. */
async function talked(): Promise<{ world: GitHubWorld; issue: number; pull: number }> {
  const world = await startGitHubWorld({ contract });
  const { github, repository } = world;
  const act = { repository, by: 'ada' };
  await github.commit({ repository, branch: 'topic', files: { 'a.txt': 'a\n' } });
  const { issue } = await github.openIssue({ ...act, title: 'Broken', body: 'issue' });
  const { issue: pull } = await github.openPullRequest({ ...act, title: 'Mend', body: 'pull', head: 'topic' });
  await github.comment({ ...act, number: issue.number, body: 'comment' });
  await github.comment({ ...act, number: pull.number, body: 'pull comment' });
  await github.reviewComment({ ...act, number: pull.number, path: 'a.txt', line: 1, body: 'line' });
  await github.submitReview({ ...act, number: pull.number, body: 'review' });
  return { world, issue: issue.number, pull: pull.number };
}

/** What the words at a place would have been as a delivery, read as any other. */
async function asDelivered(world: GitHubWorld, place: Omit<WordsPlace, 'repo'>): Promise<Said | undefined> {
  const delivery = await world.host.deliveryOf(world.repo, place, EVER);
  if (delivery === undefined) return undefined;
  const event = world.host.translate({ provider: 'github', ...delivery });
  if (event.kind !== 'said') throw new Error(JSON.stringify(event));
  return event;
}

test('all that was written since a moment is told with its place, and reads as its delivery would have', async () => {
  const { world, issue, pull } = await talked();
  await using _ = world;
  const { words, through } = await world.host.wordsSince(world.repo, EVER);
  expect(through).toBeUndefined();
  const place = (thread: 'issue' | 'pull', kind: string) => [thread, thread === 'issue' ? issue : pull, kind];
  const known = words.map(({ text, thread, trigger }): [string, unknown] => [
    text,
    [thread.kind, thread.number, trigger.kind],
  ]);
  expect(new Map(known)).toEqual(
    new Map<string, unknown>([
      ['issue', place('issue', 'thread')],
      ['pull', place('pull', 'thread')],
      ['comment', place('issue', 'comment')],
      ['pull comment', place('pull', 'comment')],
      ['line', place('pull', 'review-comment')],
      ['review', place('pull', 'review')],
    ]),
  );
  for (const { text, thread, trigger, author } of words) {
    expect(author).toMatchObject({ login: 'ada', bot: false });
    expect(await asDelivered(world, { thread, trigger })).toMatchObject({ text, thread, trigger, actor: author });
  }
  const later = new Date(Date.now() + 60_000).toISOString();
  expect(await world.host.wordsSince(world.repo, later)).toEqual({ words: [], through: undefined });
});

test('words that were edited have no delivery, since nobody knows what was said first', async () => {
  const { world, issue, pull } = await talked();
  await using _ = world;
  const { words } = await world.host.wordsSince(world.repo, EVER);
  await aSecond();
  const { github, repository } = world;
  const act = { repository, by: 'ada', body: 'edited' };
  for (const { trigger, thread } of words) {
    if (trigger.kind === 'comment') await github.editComment({ ...act, commentId: trigger.id });
    if (trigger.kind === 'review-comment') await github.editReviewComment({ ...act, commentId: trigger.id });
    if (trigger.kind === 'review') await github.editReview({ ...act, number: pull, reviewId: trigger.id });
    if (trigger.kind === 'thread' && thread.kind === 'issue') await github.editIssue({ ...act, number: issue });
    if (trigger.kind === 'thread' && thread.kind === 'pull') continue;
    expect(await asDelivered(world, { thread, trigger })).toBeUndefined();
  }
});

test('a comment at a line that was said before the moment is none of it, whatever moved its time', async () => {
  const { world } = await talked();
  await using _ = world;
  const { words } = await world.host.wordsSince(world.repo, EVER);
  const line = words.find(({ trigger }) => trigger.kind === 'review-comment');
  if (!line) throw new Error('there is one');
  const later = new Date(Date.now() + 60_000).toISOString();
  expect(await world.host.deliveryOf(world.repo, line, later)).toBeUndefined();
});

test('words are there until they are deleted', async () => {
  const { world } = await talked();
  await using _ = world;
  const { github, repository, host, repo } = world;
  const { words } = await host.wordsSince(repo, EVER);
  for (const { thread, trigger } of words) {
    expect(await host.isThere(repo, { thread, trigger })).toBe(true);
    if (trigger.kind === 'comment') await github.deleteComment({ repository, by: 'ada', commentId: trigger.id });
    else if (trigger.kind === 'review-comment')
      await github.deleteReviewComment({ repository, by: 'ada', commentId: trigger.id });
    else continue;
    expect(await host.isThere(repo, { thread, trigger })).toBe(false);
    expect(await host.deliveryOf(repo, { thread, trigger }, EVER)).toBeUndefined();
  }
});

test('every repository of every installation is named, page by page, with the installation that reaches it', async () => {
  await using world = await startGitHubWorld({ contract });
  const made = [world.repository];
  for (const owner of ['acme', 'zoo'])
    made.push(await world.github.createRepository({ owner, name: 'app', files: { a: 'a' } }));
  const found = [];
  let cursor: string | undefined;
  do {
    const { repos, next } = await world.host.repositories(cursor);
    found.push(...repos);
    cursor = next;
  } while (cursor !== undefined);
  const known = made.map(({ id, installationId, name, owner }) => ({
    ...{ provider: 'github', installationId, id, owner: owner.login, name },
  }));
  expect(found.toSorted((a, b) => a.id - b.id)).toEqual(known.toSorted((a, b) => a.id - b.id));
});
