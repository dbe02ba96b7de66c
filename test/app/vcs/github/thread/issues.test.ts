import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGitHubWorld, type GitHubWorld } from '../github-world.ts';
import { startScriptedApi, type Script } from '../scripted-api.ts';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const US = 9;

let world: GitHubWorld;
let count = 0;

beforeAll(async () => {
  world = await startGitHubWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

function newMarker(): string {
  count += 1;
  return `<!-- astraforge:incident:${count} -->`;
}

function draftOf(marker: string) {
  return { title: 'TypeError: boom', body: `It fails.\n${marker}`, labels: ['incident', 'bug'] };
}

function find(marker: string, since = LONG_AGO) {
  return world.host.findIssue(world.repo, { marker, since });
}

function issuesWith(marker: string) {
  return [...world.repository.issues.values()].filter(({ body }) => body.includes(marker));
}

/** Our own account, and `script` for the rest. */
function withUs(script: Script): Script {
  return (request) => {
    if (request.line.startsWith('GET /app')) return { status: 200, body: { slug: 'astraforge' } };
    if (request.line.startsWith('GET /users/'))
      return { status: 200, body: { id: US, login: 'astraforge[bot]', type: 'Bot' } };
    return script(request);
  };
}

const listed = { number: 1, html_url: 'issues/1', body: 'other', user: { id: 3 }, created_at: '2026-01-02T00:00:00Z' };

describe('an issue of ours', () => {
  test('is opened by the App with its labels and found again by its marker, open or closed', async () => {
    const marker = newMarker();
    expect(await find(marker)).toBeUndefined();
    const placed = await world.host.openIssue(world.repo, draftOf(marker));
    const { number } = placed;
    expect(placed).toEqual({
      number,
      externalId: String(number),
      url: `${world.github.url}/octo/app/issues/${number}`,
    });
    expect(issuesWith(marker)).toMatchObject([
      { number, title: 'TypeError: boom', author: { type: 'Bot' }, labels: [{ name: 'incident' }, { name: 'bug' }] },
    ]);
    expect(await find(marker)).toEqual(placed);
    await world.github.closeIssue({ repository: world.repository, by: 'octo', number });
    expect(await find(marker)).toEqual(placed);
  });

  test('that was opened before GitHub answered 502 is ambiguous, and there is one', async () => {
    const marker = newMarker();
    world.github.fault({ match: { operationId: 'issues/create' }, when: 'after', status: 502 });
    const sent = world.host.openIssue(world.repo, draftOf(marker));
    await expect(sent).rejects.toMatchObject({ code: 'ambiguous', context: { status: 502 } });
    expect(issuesWith(marker)).toHaveLength(1);
    expect(await find(marker)).toBeDefined();
  });

  test('that is too long for GitHub is invalid, and not there', async () => {
    const marker = newMarker();
    const sent = world.host.openIssue(world.repo, { ...draftOf(marker), body: `${marker}${'x'.repeat(65_536)}` });
    await expect(sent).rejects.toMatchObject({ code: 'invalid' });
    expect(await find(marker)).toBeUndefined();
  });

  test.each([
    [403, 'denied'],
    [404, 'missing'],
    [410, 'missing'],
  ])('that GitHub answers with %i is certainly not there: %s', async (status, code) => {
    await using api = await startScriptedApi(() => ({ status, body: { message: 'no' } }));
    await expect(api.host.openIssue(api.repo, draftOf('x'))).rejects.toMatchObject({ code });
    await expect(api.host.reopenIssue(api.repo, 1)).rejects.toMatchObject({ code });
  });

  test('is not sent while the write budget has nothing left, and neither is reopening one', async () => {
    const budget = { take: async () => ({ kind: 'wait', waitMs: 5 }) as const, close: async () => undefined };
    await using api = await startScriptedApi(() => ({ status: 500 }), { budget });
    await expect(api.host.openIssue(api.repo, draftOf('x'))).rejects.toMatchObject({ code: 'limited' });
    await expect(api.host.reopenIssue(api.repo, 1)).rejects.toMatchObject({ code: 'limited' });
    expect(api.requests).toEqual([]);
  });
});

describe('the search for an issue', () => {
  test('is not misled by a person who quotes the marker, nor by a pull request of ours that does', async () => {
    const marker = newMarker();
    const { github, repository, repo, host } = world;
    await github.openIssue({ repository, by: 'mallory', title: 'Mine', body: marker });
    await github.commit({ repository, branch: 'topic', files: { 'b.txt': 'b\n' } });
    await host.openChange(repo, { branch: 'topic', base: 'main', title: 'Topic', body: marker, draft: false });
    expect(await find(marker)).toBeUndefined();
  });

  test('finds ours behind more than a page of others', async () => {
    const marker = newMarker();
    const placed = await world.host.openIssue(world.repo, draftOf(marker));
    for (let index = 0; index < 110; index += 1)
      await world.github.openIssue({ repository: world.repository, by: 'octo', title: `issue ${index}` });
    expect(await find(marker)).toEqual(placed);
  });

  test('allows for clocks that differ by minutes, and looks no further back', async () => {
    const marker = newMarker();
    const placed = await world.host.openIssue(world.repo, draftOf(marker));
    expect(await find(marker, new Date(Date.now() + 4 * 60_000).toISOString())).toEqual(placed);
    expect(await find(marker, new Date(Date.now() + 10 * 60_000).toISOString())).toBeUndefined();
  });

  test('ends where issues are older than what is looked for', async () => {
    const full = Array.from({ length: 100 }, () => ({ ...listed, user: { id: US }, body: 'marked' }));
    await using api = await startScriptedApi(withUs(() => ({ status: 200, body: full })));
    const by = { marker: 'marked', since: '2026-01-03T00:00:00.000Z' };
    expect(await api.host.findIssue(api.repo, by)).toBeUndefined();
    expect(api.requests.filter(({ line }) => line.includes('/issues'))).toHaveLength(1);
  });

  test('never says "there is none" without having seen all', async () => {
    const full = Array.from({ length: 100 }, () => listed);
    await using api = await startScriptedApi(withUs(() => ({ status: 200, body: full })));
    const search = api.host.findIssue(api.repo, { marker: 'marked', since: LONG_AGO });
    await expect(search).rejects.toMatchObject({ code: 'unavailable' });
    expect(api.requests.filter(({ line }) => line.includes('/issues'))).toHaveLength(20);
  });

  test.each([
    [403, 'denied'],
    [404, 'missing'],
    [503, 'unavailable'],
  ])('that GitHub answers with %i fails as %s', async (status, code) => {
    await using api = await startScriptedApi(withUs(() => ({ status, body: { message: 'no' } })));
    const search = api.host.findIssue(api.repo, { marker: 'marked', since: LONG_AGO });
    await expect(search).rejects.toMatchObject({ code });
  });
});

describe('reopening', () => {
  test('opens what was closed, and leaves what is open', async () => {
    const { github, repository, repo, host } = world;
    const { number } = await host.openIssue(repo, draftOf(newMarker()));
    await github.closeIssue({ repository, by: 'octo', number });
    for (let times = 0; times < 2; times += 1) {
      await host.reopenIssue(repo, number);
      expect(github.issue(repository, number).state).toBe('open');
    }
    await github.settled();
    const told = github.deliveries.filter(({ event, action }) => event === 'issues' && action === 'reopened');
    expect(told).toHaveLength(1);
  });

  test('is ambiguous after 502, and may be repeated', async () => {
    const { github, repository, repo, host } = world;
    const { number } = await host.openIssue(repo, draftOf(newMarker()));
    await github.closeIssue({ repository, by: 'octo', number });
    github.fault({ match: { operationId: 'issues/update' }, when: 'after', status: 502 });
    await expect(host.reopenIssue(repo, number)).rejects.toMatchObject({ code: 'ambiguous' });
    await host.reopenIssue(repo, number);
    expect(github.issue(repository, number).state).toBe('open');
  });

  test('of what is not there is missing', async () => {
    await expect(world.host.reopenIssue(world.repo, 99_999)).rejects.toMatchObject({ code: 'missing' });
  });
});
