import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGitLabWorld, threadOf, type GitLabWorld } from '../gitlab-world.ts';
import { startScriptedApi, US } from '../scripted-api.ts';

let world: GitLabWorld;

beforeAll(async () => {
  world = await startGitLabWorld();
  await world.gitlab.commit({ repository: world.repository, branch: 'topic', files: { 'b.txt': 'b\n' } });
});
afterAll(() => world[Symbol.asyncDispose]());

test('the acknowledgement goes on the thread or the note that asked, once however often', async () => {
  const { gitlab, repository, host, repo } = world;
  const { issue } = await gitlab.openIssue({ repository, by: 'mona', title: 'Bug' });
  const { number } = issue;
  const { comment } = await gitlab.comment({ repository, by: 'mona', number, kind: 'issue', body: 'please' });
  const { issue: pull } = await gitlab.openPullRequest({ repository, by: 'mona', title: 'Topic', head: 'topic' });
  const at = { number: pull.number, path: 'b.txt', line: 1 };
  const line = await gitlab.reviewComment({ repository, by: 'mona', body: 'here', ...at });
  const review = { kind: 'review-comment', id: line.comment.id, path: 'b.txt', hunk: '' } as const;
  for (let again = 0; again < 2; again += 1) {
    await host.acknowledge(repo, threadOf(issue), { kind: 'thread' });
    await host.acknowledge(repo, threadOf(pull), { kind: 'thread' });
    await host.acknowledge(repo, threadOf(issue), { kind: 'comment', id: comment.id });
    await host.acknowledge(repo, threadOf(pull), review);
  }
  for (const { reactions } of [issue, pull, comment, line.comment]) {
    expect(reactions).toMatchObject([{ content: 'eyes', user: { id: gitlab.bot.id } }]);
  }
  const placed = await host.acknowledge(repo, threadOf(pull), review);
  expect(placed).toEqual({
    externalId: String(line.comment.reactions[0]?.id),
    url: `${gitlab.url}/team/tools/app/-/merge_requests/${pull.number}#note_${line.comment.id}`,
  });
});

test('the acknowledgement of a note that was deleted meanwhile is missing', async () => {
  const { issue } = await world.gitlab.openIssue({ repository: world.repository, by: 'mona', title: 'Bug' });
  const sent = world.host.acknowledge(world.repo, threadOf(issue), { kind: 'comment', id: 999_999_999 });
  await expect(sent).rejects.toMatchObject({ code: 'missing' });
});

test('a refused acknowledgement is as good as given only when it is ours', async () => {
  const awards = [
    { id: 7, name: 'eyes', user: { id: 3 } },
    { id: 8, name: 'thumbsup', user: { id: US.id } },
  ];
  const thread = { kind: 'issue', number: 1 } as const;
  await using theirs = await startScriptedApi(({ line }) =>
    line.startsWith('POST') ? { status: 404, body: {} } : { status: 200, body: awards },
  );
  const sent = theirs.host.acknowledge(theirs.repo, thread, { kind: 'thread' });
  await expect(sent).rejects.toMatchObject({ code: 'missing' });
  const ours = { id: 9, name: 'eyes', user: { id: US.id } };
  await using given = await startScriptedApi(({ line }) =>
    line.startsWith('POST') ? { status: 404, body: {} } : { status: 200, body: [...awards, ours] },
  );
  expect(await given.host.acknowledge(given.repo, thread, { kind: 'thread' })).toMatchObject({ externalId: '9' });
});
