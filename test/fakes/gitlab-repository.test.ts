import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ProjectRecord } from './gitlab/records.ts';
import { fieldOf, restClient, type RestClient } from './gitlab/rest-client.ts';
import { startGitLab, type GitLabStandIn } from './gitlab/stand-in.ts';

let gitlab: GitLabStandIn;
let project: ProjectRecord;
let bot: RestClient;
let at: string;

beforeAll(async () => {
  gitlab = await startGitLab();
  const files = { 'docs/read me.md': 'hello\n', run: { content: '#!/bin/sh\n', mode: '100755' as const } };
  project = await gitlab.createRepository({ owner: 'acme/web', name: 'shop', files });
  bot = restClient(gitlab, gitlab.botToken.token);
  at = `/projects/${project.id}/repository`;
});
afterEach(() => gitlab.assertNoViolations());
afterAll(() => gitlab.close());

test('a branch is made once, found by its name with slashes, and deleted', async () => {
  const made = await bot.post(`${at}/branches`, { branch: 'astraforge/issue-1', ref: 'main' });
  expect([made.status, made.body]).toMatchObject([201, { name: 'astraforge/issue-1', default: false, can_push: true }]);
  const again = await bot.post(`${at}/branches`, { branch: 'astraforge/issue-1', ref: 'main' });
  expect([again.status, again.body]).toEqual([400, { message: 'Branch already exists' }]);
  expect((await bot.post(`${at}/branches`, { branch: 'x', ref: 'nowhere' })).body).toEqual({
    message: 'Invalid reference name: nowhere',
  });
  const one = `${at}/branches/${encodeURIComponent('astraforge/issue-1')}`;
  expect((await bot.get(one)).status).toBe(200);
  expect(fieldOf(await bot.get(`${at}/branches?search=issue`), 'name')).toEqual(['astraforge/issue-1']);
  expect((await bot.delete(one)).status).toBe(204);
  expect((await bot.get(one)).body).toEqual({ message: '404 Branch Not Found' });
});

test('the default branch is not deleted', async () => {
  expect((await bot.delete(`${at}/branches/main`)).status).toBe(405);
  const developer = restClient(gitlab, gitlab.issueToken({ repository: project, level: 30 }).token);
  expect((await developer.delete(`${at}/branches/main`)).status).toBe(403);
});

test('files are read with their facts, raw, and as a directory', async () => {
  const file = `${at}/files/${encodeURIComponent('docs/read me.md')}`;
  const sha = [...(await gitlab.branches(project))][0]?.[1];
  expect((await bot.get(`${file}?ref=main`)).body).toMatchObject({
    file_name: 'read me.md',
    content: Buffer.from('hello\n').toString('base64'),
    commit_id: sha,
    execute_filemode: false,
  });
  expect((await bot.get(`${at}/files/run?ref=${sha}`)).body).toMatchObject({ execute_filemode: true });
  expect((await bot.get(`${file}/raw?ref=main`)).text).toBe('hello\n');
  expect((await bot.get(`${file}/raw`)).text).toBe('hello\n');
  expect((await bot.get(`${at}/files/nothing?ref=main`)).body).toEqual({ message: '404 File Not Found' });
  expect((await bot.get(`${at}/files/run?ref=nowhere`)).body).toEqual({ message: '404 Commit Not Found' });
  expect(fieldOf(await bot.get(`${at}/tree?recursive=true`), 'path')).toEqual(['docs', 'docs/read me.md', 'run']);
  expect(fieldOf(await bot.get(`${at}/tree?path=docs`), 'path')).toEqual(['docs/read me.md']);
});

test('a file without a ref is a request GitLab refuses', async () => {
  expect((await bot.get(`${at}/files/run`)).status).toBe(400);
  expect(gitlab.takeViolations()).toMatchObject([{ direction: 'request' }]);
});

test('a commit carries its size and the state of its last pipeline', async () => {
  const sha = await gitlab.commit({ repository: project, branch: 'feature', files: { n: '1\n2\n' }, by: 'alice' });
  expect((await bot.get(`${at}/commits/feature`)).body).toMatchObject({
    id: sha,
    author_name: 'alice',
    stats: { additions: 2, deletions: 0, total: 2 },
    last_pipeline: null,
  });
  const pipeline = await gitlab.runPipeline({
    repository: project,
    by: 'alice',
    ref: 'feature',
    jobs: [{ name: 'a' }],
  });
  expect((await bot.get(`${at}/commits/${sha}`)).body).toMatchObject({
    status: 'pending',
    last_pipeline: { id: pipeline.id, sha },
  });
});

test('a status goes from pending to running to its end, and a repeated state is refused in GitLab’s words', async () => {
  const sha = await gitlab.commit({ repository: project, branch: 'checked', files: { c: 'c' }, by: 'alice' });
  const set = (state: string) =>
    bot.post(`/projects/${project.id}/statuses/${sha}`, { state, name: 'astraforge', ref: 'checked' });
  const first = await set('pending');
  expect([first.status, first.body]).toMatchObject([201, { status: 'pending', name: 'astraforge', started_at: null }]);
  expect((await set('pending')).body).toEqual({
    message: 'Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition via "enqueue")',
  });
  expect((await set('running')).status).toBe(201);
  const repeated = await set('running');
  expect([repeated.status, repeated.body]).toEqual([
    400,
    { message: 'Cannot transition status via :run from :running (Reason(s): Status cannot transition via "run")' },
  ]);
  expect((await set('success')).status).toBe(201);
  expect(gitlab.statuses(project, sha).map((one) => one.state)).toEqual(['success']);
});

test('after its end a status of the same name starts anew and replaces the former in lists', async () => {
  const sha = await gitlab.commit({ repository: project, branch: 'twice', files: { t: 't' }, by: 'alice' });
  for (const state of ['failed', 'running']) {
    await bot.post(`/projects/${project.id}/statuses/${sha}`, {
      state,
      name: 'astraforge',
      target_url: 'https://x.test',
    });
  }
  const list = `${at}/commits/${sha}/statuses`;
  expect(fieldOf(await bot.get(list), 'status')).toEqual(['running']);
  expect(fieldOf(await bot.get(`${list}?all=true`), 'status')).toEqual(['failed', 'running']);
  expect((await bot.get(`/projects/${project.id}/pipelines?sha=${sha}`)).body).toMatchObject([
    { source: 'external', status: 'running' },
  ]);
});

test('a status needs the developer role and a commit that is there', async () => {
  const reporter = restClient(gitlab, gitlab.issueToken({ repository: project, level: 20 }).token);
  const path = `/projects/${project.id}/statuses/${'0'.repeat(40)}`;
  expect((await reporter.post(path, { state: 'running' })).status).toBe(403);
  expect((await bot.post(path, { state: 'running' })).body).toEqual({ message: '404 Commit Not Found' });
});

test('jobs are listed by state and their logs read as text', async () => {
  const { id, jobs } = await gitlab.runPipeline({
    repository: project,
    by: 'alice',
    ref: 'main',
    jobs: [
      { name: 'lint', status: 'success', log: 'fine\n' },
      { name: 'unit', status: 'running', log: 'one\n' },
    ],
  });
  const failed = `/projects/${project.id}/pipelines/${id}/jobs?scope[]=failed`;
  expect((await bot.get(failed)).body).toEqual([]);
  const unit = jobs.find((one) => one.name === 'unit');
  await gitlab.finishJob({ repository: project, by: 'alice', jobId: unit?.id ?? 0, status: 'failed', log: 'two\n' });
  expect((await bot.get(failed)).body).toMatchObject([{ name: 'unit', failure_reason: 'script_failure' }]);
  expect((await bot.get(`/projects/${project.id}/jobs/${unit?.id}/trace`)).text).toBe('one\ntwo\n');
  expect((await bot.get(`/projects/${project.id}/pipelines/${id}`)).body).toMatchObject({ status: 'failed' });
  expect((await bot.get(`/projects/${project.id}/jobs/1/trace`)).status).toBe(404);
});

test('two commits have a merge base; names that are unknown and too few are refused', async () => {
  const root = (await gitlab.branches(project)).get('main') ?? '';
  const left = await gitlab.commit({ repository: project, branch: 'left', files: { l: 'l' }, by: 'alice' });
  const right = await gitlab.commit({ repository: project, branch: 'right', files: { r: 'r' }, by: 'alice' });
  const ask = (...refs: string[]) => bot.get(`${at}/merge_base?${refs.map((ref) => `refs[]=${ref}`).join('&')}`);
  expect((await ask(left, right)).body).toMatchObject({ id: root });
  expect((await ask('main', 'left')).body).toMatchObject({ id: root });
  expect((await ask(left, 'left')).body).toMatchObject({ id: left });
  const unknown = await ask('main', 'nowhere');
  expect([unknown.status, unknown.body]).toEqual([400, { message: 'Could not find ref: nowhere' }]);
  expect((await ask('main')).status).toBe(400);
});
