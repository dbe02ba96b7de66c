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
  repository = await github.createRepository({ owner: 'octo', name: 'hello', files: { 'a.txt': 'a\n' } });
  rest = octokitOn(github, repository).rest;
});
afterEach(() => github.assertNoViolations());
afterAll(() => github.close());

async function newIssue(): Promise<number> {
  return (await github.openIssue({ repository, by: 'alice', title: 'Bug', body: 'It fails.' })).issue.number;
}

test('a repository, its default branch, a ref and a commit agree on the head', async () => {
  expect((await rest.repos.get(at)).data).toMatchObject({ id: repository.id, default_branch: 'main' });
  const branch = (await rest.repos.getBranch({ ...at, branch: 'main' })).data;
  const ref = (await rest.git.getRef({ ...at, ref: 'heads/main' })).data;
  const commit = (await rest.repos.getCommit({ ...at, ref: 'main' })).data;
  expect([ref.object.sha, commit.sha]).toEqual([branch.commit.sha, branch.commit.sha]);
  expect((await github.branches(repository)).get('main')).toBe(commit.sha);
  expect(commit.commit.message).toBe('Initial commit');
  await expect(rest.repos.getBranch({ ...at, branch: 'nope' })).rejects.toMatchObject({ status: 404 });
  await expect(rest.git.getRef({ ...at, ref: 'heads/nope' })).rejects.toMatchObject({ status: 404 });
  await expect(rest.repos.getCommit({ ...at, ref: 'nope' })).rejects.toMatchObject({ status: 422 });
});

test('a branch with slashes is found by its whole name', async () => {
  await github.commit({ repository, branch: 'fix/deep/name', files: { 'b.txt': 'b\n' }, by: 'alice' });
  expect((await rest.repos.getBranch({ ...at, branch: 'fix/deep/name' })).data.name).toBe('fix/deep/name');
  expect((await rest.git.getRef({ ...at, ref: 'heads/fix/deep/name' })).data.ref).toBe('refs/heads/fix/deep/name');
});

test.each([
  ['admin', 'admin'],
  ['maintain', 'write'],
  ['write', 'write'],
  ['triage', 'read'],
  ['read', 'read'],
  ['none', 'none'],
] as const)('the role %s is told with the older permission %s', async (role, permission) => {
  github.setPermission(repository, `${role}-person`, role);
  const { data } = await rest.repos.getCollaboratorPermissionLevel({ ...at, username: `${role}-person` });
  expect(data).toMatchObject({ permission, role_name: role, user: { login: `${role}-person` } });
});

test('an owner is admin, a stranger may read what is public, and nobody knows a person who does not exist', async () => {
  github.createUser('stranger');
  const permission = async (username: string) =>
    (await rest.repos.getCollaboratorPermissionLevel({ ...at, username })).data.permission;
  expect(await permission('octo')).toBe('admin');
  expect(await permission('stranger')).toBe('read');
  await expect(permission('nobody-at-all')).rejects.toMatchObject({ status: 404 });
});

test('the bot user is found by its login with brackets', async () => {
  const { data } = await rest.users.getByUsername({ username: 'astraforge[bot]' });
  expect(data).toMatchObject({ id: github.app.botUser.id, type: 'Bot' });
});

test('a comment is written as the bot, read back, edited in place and put in the ledger', async () => {
  const issue_number = await newIssue();
  const from = github.ledger.length;
  const { data: made } = await rest.issues.createComment({ ...at, issue_number, body: 'Working on it' });
  await rest.issues.updateComment({ ...at, comment_id: made.id, body: 'Done' });
  const { data: read } = await rest.issues.getComment({ ...at, comment_id: made.id });
  expect(read).toMatchObject({ body: 'Done', user: { login: 'astraforge[bot]', type: 'Bot' } });
  expect(read.performed_via_github_app?.slug).toBe('astraforge');
  expect(github.comments(repository, issue_number).map((one) => one.body)).toEqual(['Done']);
  expect(github.ledger.slice(from)).toMatchObject([
    { kind: 'comment.create', method: 'POST', resultId: made.id, body: { body: 'Working on it' } },
    { kind: 'comment.update', method: 'PATCH', resultId: made.id, body: { body: 'Done' } },
  ]);
});

test('a comment of 65,536 characters is taken and one more is refused', async () => {
  const issue_number = await newIssue();
  const longest = 'ü'.repeat(65_536);
  expect((await rest.issues.createComment({ ...at, issue_number, body: longest })).status).toBe(201);
  const longer = rest.issues.createComment({ ...at, issue_number, body: `${longest}x` });
  await expect(longer).rejects.toMatchObject({ status: 422 });
  expect(github.comments(repository, issue_number)).toHaveLength(1);
});

test('an issue that does not exist takes no comment', async () => {
  await expect(rest.issues.createComment({ ...at, issue_number: 999, body: 'x' })).rejects.toMatchObject({
    status: 404,
  });
});

test('lists come in pages with links, and Octokit finds every page', async () => {
  const issue_number = await newIssue();
  for (let index = 0; index < 5; index += 1) {
    await github.comment({ repository, by: 'alice', number: issue_number, body: `${index}` });
  }
  const first = await rest.issues.listComments({ ...at, issue_number, per_page: 2 });
  expect(first.data.map((one) => one.body)).toEqual(['0', '1']);
  expect(first.headers.link).toMatch(/page=2>; rel="next".*page=3>; rel="last"/);
  const octokit = octokitOn(github, repository);
  const all = await octokit.paginate(octokit.rest.issues.listComments, { ...at, issue_number, per_page: 2 });
  expect(all.map((one) => one.body)).toEqual(['0', '1', '2', '3', '4']);
});

test('the same reaction twice is one reaction, answered 201 and then 200', async () => {
  const issue_number = await newIssue();
  const { comment } = await github.comment({ repository, by: 'alice', number: issue_number, body: 'hello' });
  const comment_id = comment.id;
  const first = await rest.reactions.createForIssueComment({ ...at, comment_id, content: 'eyes' });
  const second = await rest.reactions.createForIssueComment({ ...at, comment_id, content: 'eyes' });
  expect([first.status, second.status]).toEqual([201, 200]);
  expect(second.data.id).toBe(first.data.id);
  await rest.reactions.createForIssue({ ...at, issue_number, content: 'rocket' });
  expect((await rest.reactions.listForIssueComment({ ...at, comment_id })).data).toHaveLength(1);
  expect((await rest.reactions.listForIssue({ ...at, issue_number, content: 'eyes' })).data).toHaveLength(0);
  expect(github.reactions(repository, { comment: comment_id })).toHaveLength(1);
  expect(github.reactions(repository, { issue: issue_number })[0]?.content).toBe('rocket');
  expect((await rest.issues.get({ ...at, issue_number })).data.reactions?.rocket).toBe(1);
});

test('every answer carries the rate limit', async () => {
  const { headers } = await rest.repos.get(at);
  expect(headers).toMatchObject({ 'x-ratelimit-limit': '5000', 'x-ratelimit-resource': 'core' });
});
