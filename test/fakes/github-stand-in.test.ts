import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { installationOf, octokitWith } from './github/octokit-client.ts';
import type { RepositoryRecord } from './github/records.ts';
import { startGitHub, type GitHubStandIn } from './github/stand-in.ts';

let github: GitHubStandIn;
let repository: RepositoryRecord;
let token: string;

beforeAll(async () => {
  github = await startGitHub();
  const files = { 'big.bin': randomBytes(3_000_000) };
  repository = await github.createRepository({ owner: 'octo', name: 'hello', files });
  token = github.issueToken({ installationId: installationOf(repository) }).token;
});
afterEach(() => github.assertNoViolations());
afterAll(async () => {
  github.assertNoViolations();
  await github.close();
});

test('closing stops the server and removes its repositories, whatever is under way', async () => {
  const other = await startGitHub();
  const { directory } = await other.createRepository({ owner: 'a', name: 'b', files: { a: '' } });
  other.fault({ delayMs: 60_000 });
  const hanging = fetch(`${other.apiUrl}/app`).then(
    () => 'answered',
    () => 'cut',
  );
  await vi.waitFor(() => expect(other.requests).toHaveLength(1));
  await other[Symbol.asyncDispose]();
  expect(await hanging).toBe('cut');
  expect(existsSync(path.dirname(path.dirname(directory)))).toBe(false);
  await expect(fetch(other.apiUrl)).rejects.toThrow('fetch failed');
});

test('a client that hangs up in the middle of a request or an answer breaks nothing', async () => {
  const port = Number(new URL(github.url).port);
  const authorization = `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  const lines = [
    'POST /octo/hello.git/git-upload-pack HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: ${authorization}`,
    'Content-Type: application/x-git-upload-pack-request',
    'Content-Length: 1000',
  ];
  for (const head of [lines.join('\r\n'), 'POST /api/v3/app HTTP/1.1\r\nHost: a\r\nContent-Length: 9']) {
    const before = github.requests.length;
    const socket = connect(port, '127.0.0.1');
    socket.write(`${head}\r\n\r\n0`);
    await vi.waitFor(() => expect(github.requests.length).toBe(before + 1));
    socket.destroy();
  }
  const abort = new AbortController();
  const url = `${github.url}/octo/hello.git/info/refs?service=git-upload-pack`;
  await fetch(url, { headers: { authorization }, signal: abort.signal });
  abort.abort();
  expect((await octokitWith(github, token).rest.repos.get({ owner: 'octo', repo: 'hello' })).status).toBe(200);
});

test('every request is on record with who made it and how it ended', async () => {
  const from = github.requests.length;
  const { rest } = octokitWith(github, token);
  await rest.pulls.list({ owner: 'octo', repo: 'hello', state: 'all' });
  await expect(rest.issues.get({ owner: 'octo', repo: 'hello', issue_number: 5 })).rejects.toMatchObject({
    status: 404,
  });
  const [list, get] = github.requests.slice(from);
  expect(list).toMatchObject({ method: 'GET', path: '/repos/octo/hello/pulls', query: 'state=all', status: 200 });
  expect(get).toMatchObject({ operationId: 'issues/get', status: 404, tokenId: list?.tokenId, faulted: false });
  expect(list?.tokenId).not.toContain('ghs_');
});

test('all that is secret can be listed', () => {
  const secrets = github.secrets();
  expect(secrets).toEqual(expect.arrayContaining([token, github.app.privateKey, github.app.webhookSecret]));
  expect(secrets.every((one) => one.length >= 32)).toBe(true);
});

test('warming up compiles everything that GitHub describes of what we model', () => {
  expect(() => github.warmUp()).not.toThrow();
});

test('what does not exist is told at once to the test that names it', async () => {
  expect(() => github.issue('octo/nope', 1)).toThrow('no repository');
  expect(() => github.comments(repository, 7)).toThrow('no issue or pull request #7');
  await expect(github.comment({ repository, by: 'a', number: 7, body: '' })).rejects.toThrow('#7');
  await expect(github.commit({ repository, branch: 'x', from: 'nope', files: {} })).rejects.toThrow('no branch nope');
});
