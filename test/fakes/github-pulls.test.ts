import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { octokitOn } from './github/octokit-client.ts';
import type { RepositoryRecord } from './github/records.ts';
import { startGitHub, type GitHubStandIn } from './github/stand-in.ts';

let github: GitHubStandIn;
let repository: RepositoryRecord;
let rest: ReturnType<typeof octokitOn>['rest'];
const at = { owner: 'octo', repo: 'hello' };

beforeAll(async () => {
  github = await startGitHub();
  repository = await github.createRepository({
    owner: 'octo',
    name: 'hello',
    files: { 'a.txt': 'one\n', 'b.txt': 'b\n' },
  });
  rest = octokitOn(github, repository).rest;
});
afterEach(() => github.assertNoViolations());
afterAll(() => github.close());

async function branch(name: string): Promise<string> {
  return github.commit({ repository, branch: name, files: { 'a.txt': `${name}\n`, 'b.txt': null }, by: 'alice' });
}

function message(error: unknown): object {
  return { status: 422, response: { data: { errors: [error] } } };
}

test('a pull request is opened once per head and measured with Git', async () => {
  const sha = await branch('once');
  const { data } = await rest.pulls.create({ ...at, head: 'once', base: 'main', title: 'Once', body: 'why' });
  expect(data).toMatchObject({
    state: 'open',
    additions: 1,
    deletions: 2,
    changed_files: 2,
    commits: 1,
    head: { sha },
  });
  expect(data.user.login).toBe('astraforge[bot]');
  const again = rest.pulls.create({ ...at, head: 'octo:once', base: 'main', title: 'Twice' });
  await expect(again).rejects.toMatchObject(message({ message: 'A pull request already exists for octo:once.' }));
  expect(await github.diff(repository, 'main', 'once')).toContain('+once');
});

test('two calls for one head at the same moment open one pull request', async () => {
  await branch('race');
  const open = () => rest.pulls.create({ ...at, head: 'race', base: 'main', title: 'Race' });
  const outcomes = await Promise.allSettled([open(), open(), open()]);
  expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  expect(github.pulls(repository).filter((one) => one.pull.headBranch === 'race')).toHaveLength(1);
});

test('a pull request needs branches that exist, a difference and a title', async () => {
  await branch('untitled');
  const open = (head: string, base: string, title = 'x') => rest.pulls.create({ ...at, head, base, title });
  await expect(open('missing', 'main')).rejects.toMatchObject(message({ field: 'head', code: 'invalid' }));
  await expect(open('untitled', 'missing')).rejects.toMatchObject(message({ field: 'base', code: 'invalid' }));
  await expect(open('main', 'main')).rejects.toMatchObject(message({ message: 'No commits between main and main' }));
  const untitled = rest.pulls.create({ ...at, head: 'untitled', base: 'main' });
  await expect(untitled).rejects.toMatchObject(message({ field: 'title', code: 'missing_field' }));
});

test('pull requests are found by head and state', async () => {
  await branch('found');
  const { data } = await rest.pulls.create({ ...at, head: 'found', base: 'main', title: 'Find me' });
  const list = async (head: string, state?: 'open' | 'closed' | 'all') =>
    (await rest.pulls.list({ ...at, head, ...(state === undefined ? {} : { state }) })).data.map((one) => one.number);
  expect(await list('octo:found')).toEqual([data.number]);
  expect(await list('octo:other')).toEqual([]);
  await rest.pulls.update({ ...at, pull_number: data.number, state: 'closed' });
  expect(await list('octo:found')).toEqual([]);
  expect(await list('octo:found', 'closed')).toEqual([data.number]);
  expect(await list('octo:found', 'all')).toEqual([data.number]);
});

test('title and body are changed in place', async () => {
  await branch('changed');
  const { data } = await rest.pulls.create({ ...at, head: 'changed', base: 'main', title: 'A', body: 'a' });
  await rest.pulls.update({ ...at, pull_number: data.number, title: 'B', body: 'b' });
  expect((await rest.pulls.get({ ...at, pull_number: data.number })).data).toMatchObject({ title: 'B', body: 'b' });
});

test('a pull request is an issue too: comments, reactions, one sequence of numbers', async () => {
  await branch('both');
  const { issue } = await github.openPullRequest({ repository, by: 'alice', title: 'Mine', head: 'both', body: 'hi' });
  expect((await rest.issues.get({ ...at, issue_number: issue.number })).data.pull_request?.url).toContain('/pulls/');
  await rest.issues.createComment({ ...at, issue_number: issue.number, body: 'seen' });
  expect(github.comments(repository, issue.number)).toHaveLength(1);
  await expect(rest.pulls.get({ ...at, pull_number: 9_999 })).rejects.toMatchObject({ status: 404 });
});

test('review comments are listed and take reactions', async () => {
  await branch('review');
  const { issue } = await github.openPullRequest({ repository, by: 'alice', title: 'Review', head: 'review' });
  const said = { repository, by: 'bob', number: issue.number, body: 'why?', path: 'a.txt', line: 1 };
  const { comment } = await github.reviewComment(said);
  const { data } = await rest.pulls.listReviewComments({ ...at, pull_number: issue.number });
  expect(data).toMatchObject([{ id: comment.id, path: 'a.txt', line: 1, body: 'why?' }]);
  await rest.reactions.createForPullRequestReviewComment({ ...at, comment_id: comment.id, content: 'eyes' });
  expect(github.reactions(repository, { reviewComment: comment.id })).toHaveLength(1);
});

test('a pull request from a fork names the fork and is found by its owner', async () => {
  const fork = await github.forkRepository({ repository, owner: 'carol' });
  await github.commit({ repository: fork, branch: 'from-fork', files: { 'a.txt': 'forked\n' }, by: 'carol' });
  const { issue } = await github.openPullRequest({ repository, by: 'carol', title: 'Fork', head: 'from-fork', fork });
  const { data } = await rest.pulls.get({ ...at, pull_number: issue.number });
  expect(data.head).toMatchObject({ label: 'carol:from-fork', repo: { full_name: 'carol/hello', fork: true } });
  expect((await rest.pulls.list({ ...at, head: 'carol:from-fork' })).data).toHaveLength(1);
  const later = await github.commit({
    repository: fork,
    branch: 'from-fork',
    files: { 'a.txt': 'more\n' },
    by: 'carol',
  });
  expect((await rest.pulls.get({ ...at, pull_number: issue.number })).data.head.sha).toBe(later);
});

test('a commit to the head branch moves the pull request', async () => {
  await branch('moving');
  const { issue } = await github.openPullRequest({ repository, by: 'alice', title: 'Moving', head: 'moving' });
  const next = await github.commit({ repository, branch: 'moving', files: { 'c.txt': 'c\n' }, by: 'alice' });
  expect((await rest.pulls.get({ ...at, pull_number: issue.number })).data).toMatchObject({
    commits: 2,
    head: { sha: next },
  });
});
