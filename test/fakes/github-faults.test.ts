import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { primaryLimit, secondaryLimit } from './github/faults.ts';
import { openGitClient } from './git-host/git-client.ts';
import { installationOf, octokitWith } from './github/octokit-client.ts';
import type { RepositoryRecord } from './github/records.ts';
import { startGitHub, type GitHubStandIn } from './github/stand-in.ts';

let github: GitHubStandIn;
let repository: RepositoryRecord;
let token: string;
let rest: ReturnType<typeof octokitWith>['rest'];
const at = { owner: 'octo', repo: 'hello' };
const createComment = { operationId: 'issues/create-comment' };

beforeAll(async () => {
  github = await startGitHub();
  repository = await github.createRepository({ owner: 'octo', name: 'hello', files: { 'a.txt': 'a\n' } });
  token = github.issueToken({ installationId: installationOf(repository) }).token;
  rest = octokitWith(github, token).rest;
});
afterEach(() => github.assertNoViolations());
afterAll(() => github.close());

function statusOf(outcome: unknown): unknown {
  return typeof outcome === 'object' && outcome !== null && 'status' in outcome ? outcome.status : outcome;
}

async function commentOnNewIssue() {
  const { issue } = await github.openIssue({ repository, by: 'alice', title: 'Bug' });
  const say = () => rest.issues.createComment({ ...at, issue_number: issue.number, body: 'x' });
  return { say, written: () => github.comments(repository, issue.number).length };
}

test('a fault before the commit leaves nothing behind', async () => {
  const { say, written } = await commentOnNewIssue();
  const fault = github.fault({ match: createComment, status: 502, when: 'before' });
  await expect(say()).rejects.toMatchObject({ status: 502 });
  expect([written(), fault.fired]).toEqual([0, 1]);
  expect((await say()).status).toBe(201);
});

test('a fault after the commit loses only the answer', async () => {
  const { say, written } = await commentOnNewIssue();
  const writes = github.ledger.length;
  github.fault({ match: createComment, status: 502, when: 'after' });
  await expect(say()).rejects.toMatchObject({ status: 502 });
  expect([written(), github.ledger.length - writes]).toEqual([1, 1]);
  expect(github.requests.at(-1)).toMatchObject({ status: 502, faulted: true, operationId: 'issues/create-comment' });
});

test('a cut connection shows as such, before and after the commit', async () => {
  const { say, written } = await commentOnNewIssue();
  github.fault({ match: createComment, drop: true });
  await expect(say()).rejects.toThrow(/fetch failed|other side closed|socket/);
  expect(written()).toBe(0);
  github.fault({ match: createComment, drop: true, when: 'after' });
  await expect(say()).rejects.toThrow(/fetch failed|other side closed|socket/);
  expect(written()).toBe(1);
});

test('a fault strikes as often as it says, after letting as many pass as it says', async () => {
  const { say } = await commentOnNewIssue();
  const fault = github.fault({ match: { method: 'post', path: /\/comments$/ }, skip: 1, times: 2, status: 500 });
  const outcomes: unknown[] = [];
  for (let call = 0; call < 4; call += 1) outcomes.push(await say().then(statusOf, statusOf));
  expect(outcomes).toEqual([201, 500, 500, 201]);
  expect(fault.fired).toBe(2);
});

test('a fault can be taken back', async () => {
  const { say } = await commentOnNewIssue();
  github.fault({ match: createComment, status: 500, times: Number.POSITIVE_INFINITY }).remove();
  expect((await say()).status).toBe(201);
});

test('a delay alone changes nothing but the time', async () => {
  const { say } = await commentOnNewIssue();
  github.fault({ match: createComment, delayMs: 150 });
  const start = performance.now();
  expect((await say()).status).toBe(201);
  expect(performance.now() - start).toBeGreaterThanOrEqual(145);
});

test('both kinds of rate limit are answered with the headers by which clients tell them apart', async () => {
  const { say } = await commentOnNewIssue();
  github.fault({ match: createComment, ...secondaryLimit(7) });
  await expect(say()).rejects.toMatchObject({
    status: 403,
    response: { headers: { 'retry-after': '7' }, data: { message: expect.stringContaining('secondary rate limit') } },
  });
  github.fault({ match: createComment, ...primaryLimit(1_900_000_000) });
  await expect(say()).rejects.toMatchObject({
    status: 403,
    response: { headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1900000000' } },
  });
  github.fault({ match: createComment, status: 429, headers: { 'retry-after': '1' } });
  await expect(say()).rejects.toMatchObject({ status: 429 });
});

test('Git can be disturbed: a fetch refused, and a push that arrives although its answer is lost', async () => {
  const git = await openGitClient(token);
  try {
    const remote = `${github.url}/octo/hello.git`;
    github.fault({ match: { path: /git-upload-pack$|info\/refs$/ }, status: 503 });
    expect((await git.run('ls-remote', remote)).output).toContain('503');
    await git.run('clone', '--quiet', remote, '.');
    await writeFile(path.join(git.directory, 'a.txt'), 'pushed\n');
    await git.run('commit', '--quiet', '-am', 'pushed');
    github.fault({ match: { path: /git-receive-pack$/ }, status: 502, when: 'after' });
    expect((await git.run('push', '--quiet', 'origin', 'HEAD:lost-answer')).code).not.toBe(0);
    expect(await github.fileAt(repository, 'lost-answer', 'a.txt')).toBe('pushed\n');
    expect(github.ledger.at(-1)).toMatchObject({ kind: 'push', resultId: 'refs/heads/lost-answer' });
    // curl tries once more by itself when a kept connection is cut before the answer.
    const cut = github.fault({ match: { path: /git-receive-pack$/ }, drop: true, times: Number.POSITIVE_INFINITY });
    expect((await git.run('push', '--quiet', 'origin', 'HEAD:never')).code).not.toBe(0);
    cut.remove();
    expect((await github.branches(repository)).has('never')).toBe(false);
  } finally {
    await git[Symbol.asyncDispose]();
  }
});
