import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startHookCatcher, type HookCatcher } from './git-host/hook-catcher.ts';
import { octokitOn } from './github/octokit-client.ts';
import type { RepositoryRecord } from './github/records.ts';
import { startGitHub, type GitHubStandIn } from './github/stand-in.ts';

let github: GitHubStandIn;
let hooks: HookCatcher;
let repository: RepositoryRecord;
let rest: ReturnType<typeof octokitOn>['rest'];
const at = { owner: 'acme', repo: 'hello' };

beforeAll(async () => {
  [github, hooks] = await Promise.all([startGitHub(), startHookCatcher()]);
  github.webhookTarget = hooks.url;
  github.createUser('acme', { type: 'Organization' });
  repository = await github.createRepository({
    owner: 'acme',
    name: 'hello',
    files: { 'a.txt': 'a\n', 'b.txt': 'b\n' },
  });
  rest = octokitOn(github, repository).rest;
});
beforeEach(() => {
  hooks.caught.length = 0;
});
afterEach(async () => {
  await github.settled();
  github.assertNoViolations();
});
afterAll(async () => {
  await github.close();
  await hooks[Symbol.asyncDispose]();
});

/** What arrived, as `event.action`. */
async function seen(): Promise<string[]> {
  await github.settled();
  return hooks.caught.map(({ headers, body }) => {
    const { action } = JSON.parse(body);
    return `${String(headers['x-github-event'])}${action === undefined ? '' : `.${String(action)}`}`;
  });
}

function bodyOf(event: string) {
  return JSON.parse(hooks.caught.find(({ headers }) => headers['x-github-event'] === event)?.body ?? '{}');
}

async function openPull(head: string, files: Record<string, string>, draft = false) {
  await github.commit({ repository, branch: head, files, by: 'bob' });
  const { issue } = await github.openPullRequest({ repository, by: 'bob', title: head, head, draft });
  await github.settled();
  hooks.caught.length = 0;
  return issue;
}

test('comments and line comments are edited and deleted, and are gone then', async () => {
  const pull = await openPull('talk', { 'a.txt': 'talk\n' });
  const on = { repository, by: 'ann', number: pull.number };
  const { comment } = await github.comment({ ...on, body: 'one' });
  const { comment: line } = await github.reviewComment({ ...on, body: 'two', path: 'a.txt', line: 1 });
  await github.editReviewComment({ repository, by: 'ann', commentId: line.id, body: 'three' });
  await github.deleteReviewComment({ repository, by: 'ann', commentId: line.id });
  await github.deleteComment({ repository, by: 'ann', commentId: comment.id });
  expect(await seen()).toEqual([
    'issue_comment.created',
    'pull_request_review_comment.created',
    'pull_request_review_comment.edited',
    'pull_request_review_comment.deleted',
    'issue_comment.deleted',
  ]);
  expect(github.comments(repository, pull.number)).toEqual([]);
  expect(github.reviewComments(repository, pull.number)).toEqual([]);
  await expect(rest.issues.getComment({ ...at, comment_id: comment.id })).rejects.toMatchObject({ status: 404 });
});

test('labels and assignees are put on and taken off, on issues and pull requests', async () => {
  const { issue } = await github.openIssue({ repository, by: 'ann', title: 'Bug' });
  const pull = await openPull('marks', { 'a.txt': 'marks\n' });
  for (const { number } of [issue, pull]) {
    await github.label({ repository, by: 'ann', number, label: 'ai: fix' });
    await github.assign({ repository, by: 'ann', number, assignee: 'astraforge[bot]' });
    const { data } = await rest.issues.get({ ...at, issue_number: number });
    expect(data).toMatchObject({ labels: [{ name: 'ai: fix' }], assignee: { login: 'astraforge[bot]' } });
    await github.unlabel({ repository, by: 'ann', number, label: 'ai: fix' });
    await github.unassign({ repository, by: 'ann', number, assignee: 'astraforge[bot]' });
  }
  const actions = ['labeled', 'assigned', 'unlabeled', 'unassigned'];
  const expected = ['issues', 'pull_request'].flatMap((event) => actions.map((action) => `${event}.${action}`));
  expect(await seen()).toEqual(expected);
  const [labeled, assigned] = hooks.caught.map(({ body }) => JSON.parse(body));
  expect(labeled).toMatchObject({ label: { name: 'ai: fix' }, issue: { labels: [{ name: 'ai: fix' }] } });
  expect(assigned).toMatchObject({ assignee: { login: 'astraforge[bot]', type: 'Bot' } });
  const again = github.unlabel({ repository, by: 'ann', number: issue.number, label: 'ai: fix' });
  await expect(again).rejects.toThrow('unlabeled so already');
});

test('a pull request is merged for real: its commits and a merge commit are on the base branch', async () => {
  const pull = await openPull('merge-me', { 'b.txt': 'merged\n' });
  await github.mergePullRequest({ repository, by: 'ann', number: pull.number });
  expect(await github.fileAt(repository, 'main', 'b.txt')).toBe('merged\n');
  const { data } = await rest.pulls.get({ ...at, pull_number: pull.number });
  const main = (await github.branches(repository)).get('main');
  expect(data).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: main, merged_by: { login: 'ann' } });
  expect((await seen()).toSorted()).toEqual(['pull_request.closed', 'push']);
  expect(bodyOf('pull_request')).toMatchObject({ pull_request: { merged: true } });
  expect(bodyOf('push')).toMatchObject({ ref: 'refs/heads/main', after: main, commits: [{}, { modified: ['b.txt'] }] });
  const reopened = github.reopenPullRequest({ repository, by: 'ann', number: pull.number });
  await expect(reopened).rejects.toThrow('is merged');
});

test('a pull request in conflict is not merged, and nothing moves', async () => {
  const pull = await openPull('conflict', { 'a.txt': 'theirs\n' });
  const main = await github.commit({ repository, branch: 'main', files: { 'a.txt': 'ours\n' }, by: 'ann' });
  const merge = github.mergePullRequest({ repository, by: 'ann', number: pull.number });
  await expect(merge).rejects.toThrow('in conflict with main');
  expect((await github.branches(repository)).get('main')).toBe(main);
  expect(github.issue(repository, pull.number).state).toBe('open');
});

test('a pull request is closed, opened again, and made ready once', async () => {
  const pull = await openPull('draft', { 'c.txt': 'draft\n' }, true);
  const on = { repository, by: 'ann', number: pull.number };
  await github.markReady(on);
  await github.closePullRequest(on);
  await github.reopenPullRequest(on);
  expect(await seen()).toEqual(['ready_for_review', 'closed', 'reopened'].map((action) => `pull_request.${action}`));
  await expect(github.markReady(on)).rejects.toThrow('no draft');
});

test('commits on a branch are pushed with their paths, and its pull requests follow', async () => {
  const pull = await openPull('pushed', { 'd.txt': 'one\n' });
  const sha = await github.commit({
    repository,
    branch: 'pushed',
    files: { 'd.txt': null, 'e.txt': 'e\n', 'a.txt': 'x\n' },
  });
  expect((await seen()).toSorted()).toEqual(['pull_request.synchronize', 'push']);
  const commits = [{ id: sha, added: ['e.txt'], removed: ['d.txt'], modified: ['a.txt'] }];
  expect(bodyOf('push')).toMatchObject({ after: sha, deleted: false, commits });
  expect(bodyOf('pull_request')).toMatchObject({ number: pull.number, after: sha, pull_request: { head: { sha } } });
});

test('a deleted branch is a push of nothing and a deletion, and is gone', async () => {
  await github.commit({ repository, branch: 'feature/gone', files: { 'a.txt': 'gone\n' } });
  await github.settled();
  hooks.caught.length = 0;
  await github.deleteBranch({ repository, by: 'ann', branch: 'feature/gone' });
  expect((await seen()).toSorted()).toEqual(['delete', 'push']);
  expect(bodyOf('delete')).toMatchObject({ ref: 'feature/gone', ref_type: 'branch', sender: { login: 'ann' } });
  expect(bodyOf('push')).toMatchObject({
    ref: 'refs/heads/feature/gone',
    deleted: true,
    commits: [],
    head_commit: null,
  });
  expect((await github.branches(repository)).has('feature/gone')).toBe(false);
});

test('a review is one summary and its line comments, each with a webhook of its own', async () => {
  const pull = await openPull('reviewed', { 'f.txt': 'f\n' });
  const on = { repository, by: 'ann', number: pull.number };
  const comments = [{ path: 'f.txt', line: 1, body: 'here' }];
  const { review } = await github.submitReview({ ...on, body: 'look', state: 'changes_requested', comments });
  await github.editReview({ ...on, reviewId: review.id, body: 'look again' });
  const events = ['pull_request_review.submitted', 'pull_request_review_comment.created', 'pull_request_review.edited'];
  expect(await seen()).toEqual(events);
  expect(bodyOf('pull_request_review')).toMatchObject({ review: { body: 'look', state: 'changes_requested' } });
  expect(bodyOf('pull_request_review_comment')).toMatchObject({ comment: { pull_request_review_id: review.id } });
  await github.submitReview({ ...on, state: 'approved' });
});

test('buttons under a check run are pressed only where there are any, and checks are asked for again', async () => {
  const head_sha = (await github.branches(repository)).get('main') ?? '';
  const actions = [{ label: 'Retry', description: 'Run it again', identifier: 'retry' }];
  const { data: run } = await rest.checks.create({
    ...at,
    name: 'astraforge',
    head_sha,
    external_id: 'req_1',
    actions,
  });
  const press = { repository, by: 'ann', check: run.id };
  await github.pressButton({ ...press, identifier: 'retry' });
  await github.rerequestCheck(press);
  await github.rerequestSuite({ repository, by: 'ann', sha: head_sha });
  expect(await seen()).toEqual(['check_run.requested_action', 'check_run.rerequested', 'check_suite.rerequested']);
  expect(bodyOf('check_run')).toMatchObject({
    requested_action: { identifier: 'retry' },
    check_run: { external_id: 'req_1', app: { id: github.app.id } },
    sender: { login: 'ann' },
  });
  expect(bodyOf('check_suite')).toMatchObject({ check_suite: { head_sha, app: { id: github.app.id } } });
  await expect(github.pressButton({ ...press, identifier: 'approve' })).rejects.toThrow('no button approve');
});
