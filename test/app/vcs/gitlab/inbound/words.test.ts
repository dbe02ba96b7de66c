import { expect, test } from 'vitest';
import type { WordsPlace } from '#core/domain/command/words-key.ts';
import { startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';

const EVER = '2020-01-01T00:00:00.000Z';

/** An issue and a merge request, each with a note, and one note at a line. */
async function talked(): Promise<GitLabWorld> {
  const world = await startGitLabWorld();
  const { gitlab, repository } = world;
  const act = { repository, by: 'ada' };
  gitlab.setPermission(repository, 'ada', 40);
  await gitlab.commit({ repository, branch: 'topic', files: { 'a.txt': 'a\n' } });
  await gitlab.openIssue({ ...act, title: 'Broken', body: 'issue' });
  await gitlab.openPullRequest({ ...act, title: 'Mend', body: 'merge request', head: 'topic' });
  await gitlab.comment({ ...act, number: 1, kind: 'issue', body: 'note' });
  await gitlab.comment({ ...act, number: 1, kind: 'merge_request', body: 'note on code' });
  await gitlab.reviewComment({ ...act, number: 1, path: 'a.txt', line: 1, body: 'line' });
  return world;
}

async function asDelivered({ host, repo }: GitLabWorld, place: Omit<WordsPlace, 'repo'>) {
  const delivery = await host.deliveryOf(repo, place, EVER);
  return delivery && host.translate({ provider: 'gitlab', ...delivery });
}

test('all that was written since a moment is told with its place, and reads as its hook would have, which GitLab confirms', async () => {
  await using world = await talked();
  const { words } = await world.host.wordsSince(world.repo, EVER);
  const known = words.map(({ text, thread, trigger }) => [text, `${thread.kind} ${thread.number} ${trigger.kind}`]);
  expect(Object.fromEntries(known)).toEqual({
    issue: 'issue 1 thread',
    'merge request': 'pull 1 thread',
    note: 'issue 1 comment',
    'note on code': 'pull 1 comment',
    line: 'pull 1 review-comment',
  });
  for (const { text, thread, trigger, author } of words) {
    const said = await asDelivered(world, { thread, trigger });
    expect(said).toMatchObject({ kind: 'said', text, thread, trigger, actor: author });
    if (said?.kind === 'said') expect(await world.host.confirm?.(said)).toBe(true);
  }
  const later = new Date(Date.now() + 60_000).toISOString();
  expect(await world.host.wordsSince(world.repo, later)).toEqual({ words: [], through: undefined });
});

test('notes that were edited or deleted have no delivery', async () => {
  await using world = await talked();
  const { gitlab, repository, host, repo } = world;
  const notes = (await host.wordsSince(repo, EVER)).words.filter(({ trigger }) => trigger.kind !== 'thread');
  for (const [index, { thread, trigger }] of notes.entries()) {
    if (trigger.kind === 'thread') continue;
    expect(await host.isThere(repo, { thread, trigger })).toBe(true);
    const act = { repository, by: 'ada', commentId: trigger.id };
    if (index === 0) gitlab.deleteComment(act);
    else await gitlab.editComment({ ...act, body: 'edited' });
    expect(await host.isThere(repo, { thread, trigger })).toBe(index > 0);
    expect(await host.deliveryOf(repo, { thread, trigger }, EVER)).toBeUndefined();
  }
});

test('a description that people talk about is as it was first written, until it is changed', async () => {
  await using world = await talked();
  const place = { thread: { kind: 'issue', number: 1 }, trigger: { kind: 'thread' } } as const;
  expect(await asDelivered(world, place)).toMatchObject({ kind: 'said', text: 'issue' });
  await world.gitlab.editIssue({ repository: world.repository, by: 'ada', number: 1, kind: 'issue', body: 'edited' });
  expect(await world.host.deliveryOf(world.repo, place, EVER)).toBeUndefined();
});

test('only projects that we are a member of and that are on the list are named', async () => {
  await using world = await startGitLabWorld({}, { projects: ['team/**', 'other/app'] });
  const { gitlab, host, repo } = world;
  const files = { a: 'a' };
  const other = await gitlab.createRepository({ owner: 'other', name: 'app', files });
  await gitlab.createRepository({ owner: 'foreign', name: 'app', files });
  await gitlab.createRepository({ owner: 'team', name: 'strange', files, installed: false });
  const { repos, next } = await host.repositories(undefined);
  expect(next).toBeUndefined();
  expect(repos).toEqual([repo, { ...repo, id: other.id, owner: 'other', name: 'app' }]);
});
