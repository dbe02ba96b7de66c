import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openGitClient, type GitClient } from './git-host/git-client.ts';
import type { TokenRequest } from './gitlab/access.ts';
import type { ProjectRecord } from './gitlab/records.ts';
import { startGitLab, type GitLabStandIn } from './gitlab/stand-in.ts';

let gitlab: GitLabStandIn;
let project: ProjectRecord;
let remote: string;

beforeAll(async () => {
  gitlab = await startGitLab({ basePath: '/git/lab' });
  const files = { 'a.txt': 'a\n', 'bin/run': { content: '#!/bin/sh\n', mode: '100755' as const } };
  project = await gitlab.createRepository({ owner: 'acme/deep/down', name: 'hello', files, private: true });
  remote = `${gitlab.url}/${project.fullName}.git`;
});
afterEach(() => gitlab.assertNoViolations());
afterAll(() => gitlab.close());

async function client(token: string | undefined): Promise<GitClient> {
  const git = await openGitClient(token, 'oauth2');
  onTestFinished(() => git[Symbol.asyncDispose]());
  return git;
}

async function clone(request: Omit<TokenRequest, 'repository'>, from = remote): Promise<GitClient> {
  const git = await client(gitlab.issueToken({ repository: project, ...request }).token);
  const { code, output } = await git.run('clone', '--quiet', from, '.');
  if (code !== 0) throw new Error(output);
  return git;
}

async function pushFile(git: GitClient, branch: string, text: string) {
  await git.run('switch', '--quiet', '-C', branch);
  await writeFile(path.join(git.directory, 'a.txt'), text);
  await git.run('commit', '--quiet', '--all', '-m', `write ${text}`);
  return git.run('push', '--quiet', 'origin', branch);
}

test('a clone of a project in nested groups, below a relative URL root, is the repository', async () => {
  const git = await clone({ scopes: ['read_repository'], level: 20 });
  expect((await git.run('ls-files')).output.split('\n').filter(Boolean)).toEqual(['a.txt', 'bin/run']);
  expect(gitlab.gitTraffic.at(-1)).toMatchObject({ service: 'git-upload-pack', status: 200 });
});

test('a fetch needs a good token, a scope that reads and a role that reads code', async () => {
  const outcome = async (token: string | undefined) => (await (await client(token)).run('ls-remote', remote)).output;
  const issue = (request: Omit<TokenRequest, 'repository'>) => gitlab.issueToken({ repository: project, ...request });
  expect(await outcome(undefined)).toContain('could not read Username');
  expect(gitlab.requests.at(-1)?.status).toBe(401);
  // To git, which has nobody to ask, a bad token and none look the same.
  expect(await outcome('glpat-wrong')).toContain('could not read Username');
  expect(await outcome(issue({ expiresAt: '2020-01-01' }).token)).toContain('could not read Username');
  expect(await outcome(issue({ scopes: ['read_user'] }).token)).toContain('403');
  expect(await outcome(issue({ level: 10 }).token)).toContain('403');
  expect(await outcome(gitlab.issuePersonalToken({ login: 'mallory' }).token)).toContain('not found');
  expect(await outcome(issue({ scopes: ['read_repository'], level: 20 }).token)).toContain('refs/heads/main');
});

test('a public project is cloned by anybody and pushed to by nobody without a role', async () => {
  const open = await gitlab.createRepository({ owner: 'alice', name: 'open', files: { 'a.txt': 'a\n' } });
  const git = await client(undefined);
  expect((await git.run('clone', '--quiet', `${gitlab.url}/${open.fullName}.git`, '.')).code).toBe(0);
  expect((await pushFile(git, 'x', 'x\n')).output).toContain('could not read Username');
});

test('a push needs write_repository and the developer role, and ends up in the ledger', async () => {
  const reader = await clone({ scopes: ['read_repository'] });
  expect((await pushFile(reader, 'denied', 'x\n')).output).toContain('403');
  const reporter = await clone({ level: 20 });
  expect((await pushFile(reporter, 'denied', 'x\n')).output).toContain('403');
  const writer = await clone({ scopes: ['write_repository'], level: 30 });
  expect(await pushFile(writer, 'allowed', 'y\n')).toEqual({ code: 0, output: '' });
  const sha = (await writer.run('rev-parse', 'HEAD')).output.trim();
  expect([...(await gitlab.branches(project))]).toContainEqual(['allowed', sha]);
  expect((await gitlab.branches(project)).has('denied')).toBe(false);
  expect(gitlab.ledger.at(-1)).toMatchObject({
    kind: 'push',
    body: [{ ref: 'refs/heads/allowed', before: '0'.repeat(40), after: sha }],
  });
});

test('the default branch is protected: developers may not push to it, and nobody may rewrite it', async () => {
  const developer = await clone({ level: 30 });
  expect((await pushFile(developer, 'main', 'z\n')).output).toContain('not allowed to push code to protected branches');
  const maintainer = await clone({ level: 40 });
  expect((await pushFile(maintainer, 'main', 'm\n')).code).toBe(0);
  await maintainer.run('commit', '--quiet', '--amend', '-m', 'other');
  const forced = await maintainer.run('push', '--force', 'origin', 'main');
  expect(forced.output).toContain('not allowed to force push');
  expect((await maintainer.run('push', 'origin', ':main')).output).toContain('only delete protected branches');
});

test('the refs of merge requests are fetched and cannot be pushed', async () => {
  await gitlab.commit({ repository: project, branch: 'topic', files: { 'b.txt': 'b\n' }, by: 'alice' });
  const { issue } = await gitlab.openPullRequest({ repository: project, by: 'alice', title: 'B', head: 'topic' });
  const git = await clone({});
  const ref = `refs/merge-requests/${issue.number}/head`;
  expect((await git.run('fetch', '--quiet', 'origin', ref)).code).toBe(0);
  expect((await git.run('rev-parse', 'FETCH_HEAD')).output.trim()).toBe(issue.versions.at(-1)?.headSha);
  expect((await git.run('push', 'origin', `HEAD:${ref}`)).code).not.toBe(0);
});

test('the old path of a renamed project still serves git', async () => {
  const moved = await gitlab.createRepository({ owner: 'acme', name: 'old', files: { 'a.txt': 'a\n' } });
  const before = `${gitlab.url}/acme/old.git`;
  gitlab.renameRepository({ repository: moved, name: 'new' });
  const git = await client(gitlab.botToken.token);
  for (const url of [before, `${gitlab.url}/acme/new.git`]) {
    expect((await git.run('ls-remote', url)).output).toContain('refs/heads/main');
  }
});

test('a push whose answer was lost took effect, one refused before did not', async () => {
  const git = await clone({});
  gitlab.fault({ match: { path: /git-receive-pack$/ }, status: 502, when: 'after' });
  expect((await pushFile(git, 'lost', 'l\n')).code).not.toBe(0);
  expect((await gitlab.branches(project)).has('lost')).toBe(true);
  gitlab.fault({ match: { path: /git-receive-pack$/, method: 'POST' }, status: 503 });
  expect((await pushFile(git, 'refused', 'r\n')).code).not.toBe(0);
  expect((await gitlab.branches(project)).has('refused')).toBe(false);
});
