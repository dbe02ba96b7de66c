import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';
import { startScriptedApi, US } from '../scripted-api.ts';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const CREATE = 'POST /projects/:id/issues';
const EDIT = 'PUT /projects/:id/issues/:issue_iid';

let world: GitLabWorld;
let count = 0;

beforeAll(async () => {
  world = await startGitLabWorld();
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

describe('an issue of ours', () => {
  test('is opened by our account with its labels and found again by its marker, open or closed', async () => {
    const { gitlab, host, repo, repository } = world;
    const marker = newMarker();
    expect(await find(marker)).toBeUndefined();
    const placed = await host.openIssue(repo, draftOf(marker));
    const { number } = placed;
    const url = `${gitlab.url}/team/tools/app/-/issues/${number}`;
    expect(placed).toEqual({ number, externalId: String(number), url });
    expect(issuesWith(marker)).toMatchObject([
      { number, title: 'TypeError: boom', author: { id: gitlab.bot.id }, labels: ['incident', 'bug'] },
    ]);
    expect(await find(marker)).toEqual(placed);
    await gitlab.closeIssue({ repository, by: 'mona', number });
    expect(await find(marker)).toEqual(placed);
  });

  test('carries no quick action, and needs no label', async () => {
    const { host, repo } = world;
    const marker = newMarker();
    await host.openIssue(repo, { title: 'Plain', body: `${marker}\n/close\n  /assign @root`, labels: [] });
    expect(issuesWith(marker)).toMatchObject([{ body: `${marker}\n\\/close\n  \\/assign @root`, labels: [] }]);
  });

  test('that was opened before GitLab answered 502 is ambiguous, and there is one', async () => {
    const marker = newMarker();
    world.gitlab.fault({ match: { operationId: CREATE }, when: 'after', status: 502 });
    const sent = world.host.openIssue(world.repo, draftOf(marker));
    await expect(sent).rejects.toMatchObject({ code: 'ambiguous', context: { status: 502 } });
    expect(issuesWith(marker)).toHaveLength(1);
    expect(await find(marker)).toBeDefined();
  });

  test('whose title is too long for GitLab is invalid, and not there', async () => {
    const marker = newMarker();
    const sent = world.host.openIssue(world.repo, { ...draftOf(marker), title: 'x'.repeat(256) });
    await expect(sent).rejects.toMatchObject({ code: 'invalid' });
    expect(await find(marker)).toBeUndefined();
  });

  test.each([
    [403, 'denied'],
    [404, 'missing'],
  ])('that GitLab answers with %i is certainly not there: %s', async (status, code) => {
    await using api = await startScriptedApi(() => ({ status, body: {} }));
    await expect(api.host.openIssue(api.repo, draftOf('x'))).rejects.toMatchObject({ code });
    await expect(api.host.reopenIssue(api.repo, 1)).rejects.toMatchObject({ code });
  });
});

describe('the search for an issue', () => {
  test('is not misled by a person who quotes the marker', async () => {
    const marker = newMarker();
    await world.gitlab.openIssue({ repository: world.repository, by: 'mallory', title: 'Mine', body: marker });
    expect(await find(marker)).toBeUndefined();
  });

  test('is not misled either where GitLab drops the filter', async () => {
    const issue = { iid: 1, web_url: 'x', description: 'marked', author: { id: 3 } };
    await using api = await startScriptedApi(() => ({ status: 200, body: [issue, { ...issue, author: null }] }));
    expect(await api.host.findIssue(api.repo, { marker: 'marked', since: LONG_AGO })).toBeUndefined();
  });

  test('finds ours behind more than a page of other issues of ours', async () => {
    const marker = newMarker();
    const { gitlab, host, repo, repository } = world;
    const placed = await host.openIssue(repo, draftOf(marker));
    for (let index = 0; index < 110; index += 1)
      await gitlab.openIssue({ repository, by: gitlab.bot.login, title: `issue ${index}` });
    expect(await find(marker)).toEqual(placed);
  });

  test('allows for clocks that differ by minutes, and looks no further back', async () => {
    const marker = newMarker();
    const placed = await world.host.openIssue(world.repo, draftOf(marker));
    expect(await find(marker, new Date(Date.now() + 4 * 60_000).toISOString())).toEqual(placed);
    expect(await find(marker, new Date(Date.now() + 10 * 60_000).toISOString())).toBeUndefined();
  });

  test('never says "there is none" without having seen all', async () => {
    const issue = { iid: 1, web_url: 'x', description: 'other', author: { id: US.id } };
    const full = Array.from({ length: 100 }, () => issue);
    await using api = await startScriptedApi(() => ({ status: 200, body: full }));
    const search = api.host.findIssue(api.repo, { marker: 'marked', since: LONG_AGO });
    await expect(search).rejects.toMatchObject({ code: 'unavailable' });
    expect(api.requests).toHaveLength(20);
  });

  test.each([
    [403, 'denied'],
    [404, 'missing'],
    [503, 'unavailable'],
  ])('that GitLab answers with %i fails as %s', async (status, code) => {
    await using api = await startScriptedApi(() => ({ status, body: {} }));
    const search = api.host.findIssue(api.repo, { marker: 'marked', since: LONG_AGO });
    await expect(search).rejects.toMatchObject({ code });
  });
});

describe('reopening', () => {
  test('opens what was closed, and leaves what is open', async () => {
    const { gitlab, host, repo, repository } = world;
    const { number } = await host.openIssue(repo, draftOf(newMarker()));
    await gitlab.closeIssue({ repository, by: 'mona', number });
    for (let times = 0; times < 2; times += 1) {
      await host.reopenIssue(repo, number);
      expect(gitlab.issue(repository, number).state).toBe('opened');
    }
  });

  test('is ambiguous after 502, and may be repeated', async () => {
    const { gitlab, host, repo, repository } = world;
    const { number } = await host.openIssue(repo, draftOf(newMarker()));
    await gitlab.closeIssue({ repository, by: 'mona', number });
    gitlab.fault({ match: { operationId: EDIT }, when: 'after', status: 502 });
    await expect(host.reopenIssue(repo, number)).rejects.toMatchObject({ code: 'ambiguous' });
    await host.reopenIssue(repo, number);
    expect(gitlab.issue(repository, number).state).toBe('opened');
  });

  test('of what is not there is missing', async () => {
    await expect(world.host.reopenIssue(world.repo, 99_999)).rejects.toMatchObject({ code: 'missing' });
  });
});
