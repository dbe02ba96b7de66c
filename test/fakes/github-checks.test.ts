import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { octokitOn } from './github/octokit-client.ts';
import type { RepositoryRecord } from './github/records.ts';
import { startGitHub, type GitHubStandIn } from './github/stand-in.ts';

let github: GitHubStandIn;
let repository: RepositoryRecord;
let rest: ReturnType<typeof octokitOn>['rest'];
let head_sha: string;
const at = { owner: 'octo', repo: 'hello' };

beforeAll(async () => {
  github = await startGitHub();
  repository = await github.createRepository({ owner: 'octo', name: 'hello', files: { 'a.txt': 'a\n' } });
  rest = octokitOn(github, repository).rest;
  head_sha = (await github.branches(repository)).get('main') ?? '';
});
afterEach(() => github.assertNoViolations());
afterAll(() => github.close());

const annotation = { path: 'a.txt', start_line: 1, end_line: 1, annotation_level: 'notice' as const, message: 'look' };

test('a check run goes from queued to completed with every field that GitHub knows', async () => {
  const { data: made } = await rest.checks.create({
    ...at,
    name: 'full',
    head_sha,
    details_url: 'https://example.test/runs/1',
    external_id: 'run_1',
    status: 'in_progress',
    started_at: '2026-01-02T03:04:05Z',
    output: {
      title: 'Running',
      summary: 'so far',
      text: 'log',
      annotations: [{ ...annotation, title: 'T', raw_details: 'R', start_column: 1, end_column: 1 }],
      images: [{ alt: 'a', image_url: 'https://example.test/a.png', caption: 'c' }],
    },
    actions: [{ label: 'Retry', description: 'Run it again', identifier: 'retry' }],
  });
  expect(made).toMatchObject({ status: 'in_progress', conclusion: null, external_id: 'run_1', completed_at: null });
  const { data: done } = await rest.checks.update({
    ...at,
    check_run_id: made.id,
    status: 'completed',
    conclusion: 'success',
    completed_at: '2026-01-02T03:05:05Z',
    output: { title: 'Done', summary: 'all good', text: 'log', annotations: [annotation] },
  });
  expect(done).toMatchObject({
    status: 'completed',
    conclusion: 'success',
    started_at: '2026-01-02T03:04:05Z',
    completed_at: '2026-01-02T03:05:05Z',
    details_url: 'https://example.test/runs/1',
    output: { title: 'Done', annotations_count: 2 },
  });
  expect((await rest.checks.listAnnotations({ ...at, check_run_id: made.id })).data).toMatchObject([
    { path: 'a.txt', start_line: 1, annotation_level: 'notice', message: 'look', title: 'T', raw_details: 'R' },
    { path: 'a.txt', start_line: 1, annotation_level: 'notice', message: 'look', title: null, raw_details: null },
  ]);
  expect((await rest.checks.get({ ...at, check_run_id: made.id })).data.app?.id).toBe(github.app.id);
  expect(github.checkRuns(repository).at(-1)).toMatchObject({
    externalId: 'run_1',
    actions: [{ identifier: 'retry' }],
  });
});

test('a conclusion alone completes a check run, and completed needs a conclusion', async () => {
  const { data: made } = await rest.checks.create({ ...at, name: 'short', head_sha });
  expect(made.status).toBe('queued');
  const open = rest.checks.update({ ...at, check_run_id: made.id, status: 'completed' });
  await expect(open).rejects.toMatchObject({ status: 422 });
  expect(github.takeViolations()).toMatchObject([{ direction: 'request', operationId: 'checks/update' }]);
  const { data: done } = await rest.checks.update({ ...at, check_run_id: made.id, conclusion: 'failure' });
  expect(done.status).toBe('completed');
  expect(done.completed_at).not.toBeNull();
});

test.each(['summary', 'text'] as const)('%s is limited to 65,535 bytes, not characters', async (field) => {
  const output = (value: string) => ({ title: 't', summary: 's', [field]: value });
  const fits = await rest.checks.create({ ...at, name: 'long', head_sha, output: output('x'.repeat(65_535)) });
  expect(fits.status).toBe(201);
  const tooLong = rest.checks.create({ ...at, name: 'long', head_sha, output: output('ü'.repeat(32_768)) });
  await expect(tooLong).rejects.toMatchObject({ status: 422 });
});

test('a check run needs a commit that exists', async () => {
  const lost = rest.checks.create({ ...at, name: 'lost', head_sha: '0'.repeat(39) + '1' });
  await expect(lost).rejects.toMatchObject({ status: 422 });
});

test('check runs of a commit are listed by name and App, the latest of each name unless all are asked for', async () => {
  const first = await rest.checks.create({ ...at, name: 'listed', head_sha, external_id: 'one' });
  const second = await rest.checks.create({ ...at, name: 'listed', head_sha, external_id: 'two' });
  const list = async (more: { filter?: 'all' | 'latest'; app_id?: number }) =>
    (await rest.checks.listForRef({ ...at, ref: head_sha, check_name: 'listed', ...more })).data.check_runs.map(
      (one) => one.id,
    );
  expect(await list({ app_id: github.app.id })).toEqual([second.data.id]);
  expect(await list({ filter: 'all' })).toEqual([second.data.id, first.data.id]);
  expect(await list({ app_id: 1 })).toEqual([]);
  expect((await rest.checks.listForRef({ ...at, ref: 'main', per_page: 1 })).headers.link).toContain('rel="next"');
});
