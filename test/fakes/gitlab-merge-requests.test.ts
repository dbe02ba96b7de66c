import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ProjectRecord } from './gitlab/records.ts';
import { fieldOf, restClient, type RestClient } from './gitlab/rest-client.ts';
import { startGitLab, type GitLabStandIn } from './gitlab/stand-in.ts';

let gitlab: GitLabStandIn;
let project: ProjectRecord;
let bot: RestClient;
let at: string;
let branches = 0;

beforeAll(async () => {
  gitlab = await startGitLab();
  project = await gitlab.createRepository({ owner: 'acme', name: 'shop', files: { 'a.txt': 'a\n' } });
  bot = restClient(gitlab, gitlab.botToken.token);
  at = `/projects/${project.id}/merge_requests`;
});
afterEach(() => gitlab.assertNoViolations());
afterAll(() => gitlab.close());

async function newBranch(files: Record<string, string> = { 'b.txt': 'b\n' }): Promise<string> {
  branches += 1;
  const branch = `topic-${branches}`;
  await gitlab.commit({ repository: project, branch, files, by: 'alice' });
  return branch;
}

const open = async (more: Record<string, unknown> = {}) => {
  const source_branch = await newBranch();
  return bot.post(at, { source_branch, target_branch: 'main', title: 'Topic', ...more });
};

async function openOne() {
  const { issue } = await gitlab.openPullRequest({
    repository: project,
    by: 'alice',
    title: 'Topic',
    head: await newBranch(),
  });
  return issue;
}

test('a merge request is opened with its facts, and found by source branch and state', async () => {
  const made = await open({ description: 'why', labels: 'x,y', remove_source_branch: true });
  expect([made.status, made.body]).toMatchObject([
    201,
    { state: 'opened', draft: false, labels: ['x', 'y'], description: 'why', changes_count: '1', has_conflicts: false },
  ]);
  const { issue } = { issue: gitlab.pulls(project).at(-1) };
  const list = `${at}?state=opened&source_branch=${issue?.sourceBranch}`;
  expect(fieldOf(await bot.get(list), 'iid')).toEqual([issue?.number]);
  expect((await bot.get(`${at}?state=merged&source_branch=${issue?.sourceBranch}`)).body).toEqual([]);
});

test('a second open one for the same source branch is 409, also when both are asked for at once', async () => {
  const source_branch = await newBranch();
  const body = { source_branch, target_branch: 'main', title: 'Once' };
  const answers = await Promise.all([bot.post(at, body), bot.post(at, body)]);
  expect(answers.map((one) => one.status).toSorted((a, b) => a - b)).toEqual([201, 409]);
  const refused = answers.find((one) => one.status === 409);
  const { number } = gitlab.pulls(project).at(-1) ?? { number: 0 };
  expect(refused?.body).toEqual({
    message: [`Another open merge request already exists for this source branch: !${number}`],
  });
});

test('a branch that is not there, or is the target itself, opens nothing', async () => {
  const before = gitlab.pulls(project).length;
  const missing = await bot.post(at, { source_branch: 'nowhere', target_branch: 'main', title: 'x' });
  const self = await bot.post(at, { source_branch: 'main', target_branch: 'main', title: 'x' });
  expect([missing.status, self.status, gitlab.pulls(project).length]).toEqual([400, 422, before]);
});

test('opening needs the developer role', async () => {
  const reporter = restClient(gitlab, gitlab.issueToken({ repository: project, level: 20 }).token);
  const source_branch = await newBranch();
  expect((await reporter.post(at, { source_branch, target_branch: 'main', title: 'x' })).status).toBe(403);
});

test('a merge request from a fork belongs to the target and shows its changes', async () => {
  const fork = await gitlab.forkRepository({ repository: project, owner: 'bob' });
  await gitlab.commit({ repository: fork, branch: 'patch', files: { 'p.txt': 'p\n' }, by: 'bob' });
  const { issue } = await gitlab.openPullRequest({
    repository: project,
    by: 'bob',
    title: 'Patch',
    head: 'patch',
    fork,
  });
  expect((await bot.get(`${at}/${issue.number}`)).body).toMatchObject({
    source_project_id: fork.id,
    target_project_id: project.id,
    allow_collaboration: false,
  });
  expect(fieldOf(await bot.get(`${at}/${issue.number}/diffs`), 'new_path')).toEqual(['p.txt']);
});

test('each push makes a version, newest first, and the head follows', async () => {
  const { number, sourceBranch } = await openOne();
  const sha = await gitlab.commit({ repository: project, branch: sourceBranch, files: { 'c.txt': 'c\n' } });
  const versions = await bot.get(`${at}/${number}/versions`);
  expect(fieldOf(versions, 'real_size')).toEqual(['2', '1']);
  expect(fieldOf(versions, 'head_commit_sha')[0]).toBe(sha);
  expect((await bot.get(`${at}/${number}`)).body).toMatchObject({ sha, diff_refs: { head_sha: sha } });
  const [newest] = fieldOf(versions, 'id');
  expect((await bot.get(`${at}/${number}/versions/${String(newest)}`)).body).toMatchObject({
    commits: [{ id: sha }, { title: 'Change b.txt' }],
    diffs: [{ new_path: 'b.txt', new_file: true }, { new_path: 'c.txt' }],
  });
});

test('changes are given per file, with hunks and without the header of git', async () => {
  const head = await newBranch({ 'a.txt': 'b\n', 'n.txt': 'n\n' });
  const { issue } = await gitlab.openPullRequest({ repository: project, by: 'alice', title: 'x', head });
  const changes = await bot.get(`${at}/${issue.number}/changes`);
  expect(changes.body).toMatchObject({
    iid: issue.number,
    changes: [
      { old_path: 'a.txt', new_path: 'a.txt', diff: '@@ -1 +1 @@\n-a\n+b\n', new_file: false },
      { new_path: 'n.txt', new_file: true, a_mode: '0', b_mode: '100644' },
    ],
  });
});

test('a merge request is closed, reopened with what was pushed meanwhile, retitled and made a draft', async () => {
  const { number, sourceBranch } = await openOne();
  const one = `${at}/${number}`;
  expect((await bot.put(one, { state_event: 'close' })).body).toMatchObject({ state: 'closed' });
  const sha = await gitlab.commit({ repository: project, branch: sourceBranch, files: { d: 'd' } });
  expect((await bot.get(one)).body).not.toMatchObject({ sha });
  expect((await bot.put(one, { state_event: 'reopen' })).body).toMatchObject({ state: 'opened', sha });
  expect((await bot.put(one, { title: 'Draft: Topic' })).body).toMatchObject({
    draft: true,
    detailed_merge_status: 'draft_status',
  });
});

test('accepting merges for real and drops the source branch where asked', async () => {
  const { number, sourceBranch } = await openOne();
  const developer = restClient(gitlab, gitlab.issueToken({ repository: project, level: 30 }).token);
  expect((await developer.put(`${at}/${number}/merge`)).status).toBe(401);
  expect((await bot.put(`${at}/${number}/merge`, { sha: '0'.repeat(40) })).status).toBe(409);
  const merged = await bot.put(`${at}/${number}/merge`, { should_remove_source_branch: true });
  expect(merged.body).toMatchObject({ state: 'merged', merge_user: { id: gitlab.bot.id } });
  expect(await gitlab.fileAt(project, 'main', 'b.txt')).toBe('b\n');
  expect((await gitlab.branches(project)).has(sourceBranch)).toBe(false);
  expect((await bot.put(`${at}/${number}/merge`)).status).toBe(405);
});

test('what conflicts says so and is not merged', async () => {
  const head = await newBranch({ 'a.txt': 'ours\n' });
  await gitlab.commit({ repository: project, branch: 'main', files: { 'a.txt': 'theirs\n' } });
  const { issue } = await gitlab.openPullRequest({ repository: project, by: 'alice', title: 'Clash', head });
  expect((await bot.get(`${at}/${issue.number}`)).body).toMatchObject({
    has_conflicts: true,
    merge_status: 'cannot_be_merged',
    detailed_merge_status: 'conflict',
  });
  expect((await bot.put(`${at}/${issue.number}/merge`)).status).toBe(406);
});

test('pipelines of every version are listed, newest first', async () => {
  const { number, sourceBranch } = await openOne();
  const run = () => gitlab.runPipeline({ repository: project, by: 'alice', ref: sourceBranch, jobs: [{ name: 'a' }] });
  const first = await run();
  await gitlab.commit({ repository: project, branch: sourceBranch, files: { e: 'e' } });
  const second = await run();
  expect(fieldOf(await bot.get(`${at}/${number}/pipelines`), 'id')).toEqual([second.id, first.id]);
});
