import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGitLabWorld, threadOf, type GitLabWorld } from '../gitlab-world.ts';
import { startScriptedApi, US } from '../scripted-api.ts';

const marker = '<!-- astraforge:comment:41 -->';
const LONG_AGO = '2020-01-01T00:00:00.000Z';
const CREATE = 'POST /projects/:id/issues/:issue_iid/notes';

let world: GitLabWorld;

beforeAll(async () => {
  world = await startGitLabWorld();
  await world.gitlab.commit({ repository: world.repository, branch: 'topic', files: { 'b.txt': 'b\n' } });
  const pull = { repository: world.repository, by: 'mona', title: 'Topic', head: 'topic' };
  await world.gitlab.openPullRequest(pull);
});
afterAll(() => world[Symbol.asyncDispose]());

async function newIssue() {
  return threadOf((await world.gitlab.openIssue({ repository: world.repository, by: 'mona', title: 'Bug' })).issue);
}

function find(thread: { kind: 'issue' | 'pull'; number: number }, since = LONG_AGO) {
  return world.host.findComment(world.repo, thread, { marker, since });
}

describe('a note of ours', () => {
  test.each(['issue', 'pull'] as const)(
    'on the %s numbered 1 is made, edited in place and found there',
    async (kind) => {
      const { gitlab, host, repo, repository } = world;
      if (kind === 'issue') await newIssue();
      const thread = { kind, number: 1 };
      const placed = await host.createComment(repo, thread, `${marker}\nworking`);
      await host.updateComment(repo, placed.externalId, `${marker}\ndone`);
      const recordKind = kind === 'issue' ? 'issue' : 'merge_request';
      const [note, ...others] = gitlab.comments(repository, 1, recordKind);
      expect(others).toEqual([]);
      expect(note).toMatchObject({ body: `${marker}\ndone`, author: { id: gitlab.bot.id } });
      const segment = kind === 'issue' ? 'issues' : 'merge_requests';
      expect(placed.externalId).toBe(`${segment}/1/notes/${note?.id}`);
      expect(placed.url).toBe(`${gitlab.url}/team/tools/app/-/${segment}/1#note_${note?.id}`);
      expect(await find(thread)).toEqual(placed);
    },
  );

  test('is not confused with a person’s who quotes the marker', async () => {
    const thread = await newIssue();
    const { number } = thread;
    await world.gitlab.comment({ repository: world.repository, by: 'mallory', number, kind: 'issue', body: marker });
    expect(await find(thread)).toBeUndefined();
  });

  test('is found behind more than a page of other notes', async () => {
    const thread = await newIssue();
    const { number } = thread;
    const placed = await world.host.createComment(world.repo, thread, marker);
    for (let index = 0; index < 130; index += 1) {
      const note = { repository: world.repository, by: 'mona', number, kind: 'issue', body: `note ${index}` } as const;
      await world.gitlab.comment(note);
    }
    expect(await find(thread)).toEqual(placed);
  });

  test('is found when our clock is minutes ahead of GitLab’s', async () => {
    const thread = await newIssue();
    const placed = await world.host.createComment(world.repo, thread, marker);
    expect(await find(thread, new Date(Date.now() + 4 * 60_000).toISOString())).toEqual(placed);
    expect(await find(thread, new Date(Date.now() + 10 * 60_000).toISOString())).toBeUndefined();
  });

  test('that was stored before GitLab answered 502 is ambiguous, and there is one', async () => {
    const thread = await newIssue();
    world.gitlab.fault({ match: { operationId: CREATE }, when: 'after', status: 502 });
    const sent = world.host.createComment(world.repo, thread, marker);
    await expect(sent).rejects.toMatchObject({ code: 'ambiguous', context: { status: 502 } });
    expect(world.gitlab.comments(world.repository, thread.number, 'issue')).toHaveLength(1);
    expect(await find(thread)).toBeDefined();
  });

  test('that is too long for GitLab is invalid, and one just within is taken', async () => {
    const thread = await newIssue();
    await world.host.createComment(world.repo, thread, 'x'.repeat(1_000_000));
    const sent = world.host.createComment(world.repo, thread, 'x'.repeat(1_000_001));
    await expect(sent).rejects.toMatchObject({ code: 'invalid' });
  });

  test('that is gone cannot be edited', async () => {
    const edited = world.host.updateComment(world.repo, 'issues/1/notes/999999999', 'x');
    await expect(edited).rejects.toMatchObject({ code: 'missing' });
  });

  test.each(['', '99', 'issues/1/notes/../../2', 'issues/1/notes/-1', 'snippets/1/notes/2', 'issues/0/notes/1'])(
    'is not looked for under the id %j',
    async (id) => {
      const before = world.gitlab.requests.length;
      await expect(world.host.updateComment(world.repo, id, 'x')).rejects.toMatchObject({ code: 'invalid' });
      expect(world.gitlab.requests).toHaveLength(before);
    },
  );

  test('carries no quick action, whoever wrote the line', async () => {
    const thread = await newIssue();
    const { externalId } = await world.host.createComment(world.repo, thread, 'Done.\n/close\n/usr/bin/env');
    const [note] = world.gitlab.comments(world.repository, thread.number, 'issue');
    expect(note?.body).toBe('Done.\n\\/close\n/usr/bin/env');
    await world.host.updateComment(world.repo, externalId, '/merge');
    const [edited] = world.gitlab.comments(world.repository, thread.number, 'issue');
    expect(edited?.body).toBe('\\/merge');
  });
});

describe('the search for a note', () => {
  test('never says "there is none" without having seen all', async () => {
    const note = { body: 'other', author: { id: 3 }, created_at: new Date().toISOString() };
    const full = Array.from({ length: 100 }, (_, id) => ({ ...note, id }));
    await using api = await startScriptedApi(() => ({ status: 200, body: full }));
    const search = api.host.findComment(api.repo, { kind: 'issue', number: 1 }, { marker, since: LONG_AGO });
    await expect(search).rejects.toMatchObject({ code: 'unavailable' });
    expect(api.requests).toHaveLength(50);
  });

  test('ends where the notes are older than the request', async () => {
    const note = { body: marker, author: { id: US.id }, created_at: '2026-01-01T00:00:00.000Z' };
    const full = Array.from({ length: 100 }, (_, id) => ({ ...note, id }));
    await using api = await startScriptedApi(() => ({ status: 200, body: full }));
    const by = { marker, since: '2026-01-02T00:00:00.000Z' };
    expect(await api.host.findComment(api.repo, { kind: 'issue', number: 1 }, by)).toBeUndefined();
    expect(api.requests).toHaveLength(1);
  });
});
