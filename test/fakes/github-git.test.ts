import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openGitClient, type GitClient } from './git-host/git-client.ts';
import { installationOf, octokitOn } from './github/octokit-client.ts';
import type { RepositoryRecord } from './github/records.ts';
import { startGitHub, type GitHubStandIn } from './github/stand-in.ts';

let github: GitHubStandIn;
let repository: RepositoryRecord;
let remote: string;
const clients: GitClient[] = [];

beforeAll(async () => {
  github = await startGitHub({
    app: { permissions: { metadata: 'read', contents: 'write', pull_requests: 'write', workflows: 'write' } },
  });
  repository = await github.createRepository({
    owner: 'octo',
    name: 'hello',
    files: {
      'a.txt': 'a\n',
      'bin/run': { content: '#!/bin/sh\n', mode: '100755' },
      link: { content: 'a.txt', mode: '120000' },
      'blob.bin': new Uint8Array([0, 1, 2, 255]),
      'odd "name"\\.txt': 'odd\n',
      '.github/workflows/ci.yml': 'on: push\n',
    },
  });
  remote = `${github.url}/octo/hello.git`;
});
afterEach(async () => {
  for (const one of clients.splice(0)) await one[Symbol.asyncDispose]();
  github.assertNoViolations();
});
afterAll(() => github.close());

async function client(permissions: Record<string, string> | undefined, repositoryIds?: number[]): Promise<GitClient> {
  const installationId = installationOf(repository);
  const token = permissions && github.issueToken({ installationId, permissions, repositoryIds }).token;
  const opened = await openGitClient(token);
  clients.push(opened);
  return opened;
}

async function clone(permissions: Record<string, string>): Promise<GitClient> {
  const opened = await client(permissions);
  expect(await opened.run('clone', '--quiet', remote, '.')).toEqual({ code: 0, output: '' });
  return opened;
}

async function pushFile(git: GitClient, branch: string, [file, content]: [string, string | Uint8Array]) {
  await git.run('checkout', '--quiet', '-B', branch);
  await mkdir(path.dirname(path.join(git.directory, file)), { recursive: true });
  await writeFile(path.join(git.directory, file), content);
  await git.run('add', '--all');
  await git.run('commit', '--quiet', '-m', `change ${file}`);
  return git.run('push', '--quiet', 'origin', branch);
}

test('a clone has every kind of file as it was written', async () => {
  const git = await clone({ contents: 'read' });
  expect(
    (await git.run('ls-files', '--stage', '-z')).output
      .split('\0')
      .map((line) => line.replace(/ \w+ 0\t/, ' '))
      .toSorted(),
  ).toEqual(
    [
      '',
      '100644 .github/workflows/ci.yml',
      '100644 a.txt',
      '100644 blob.bin',
      '100644 odd "name"\\.txt',
      '100755 bin/run',
      '120000 link',
    ].toSorted(),
  );
  expect([...(await readFile(path.join(git.directory, 'blob.bin')))]).toEqual([0, 1, 2, 255]);
});

test('nothing is served without a good token, and other repositories are not found', async () => {
  const other = await github.createRepository({ owner: 'octo', name: 'other', files: { a: '' } });
  const outcome = async (git: GitClient) => (await git.run('ls-remote', remote)).output;
  expect(await outcome(await client(undefined))).toContain('could not read Username');
  expect(await outcome(await client({ contents: 'read' }, [other.id]))).toContain('not found');
  expect(await outcome(await client({ pull_requests: 'write' }))).toContain('403');
  expect(await outcome(await client({ contents: 'read' }))).toContain('refs/heads/main');
});

test('a push needs contents:write and ends up in the ledger', async () => {
  const reader = await clone({ contents: 'read' });
  expect((await pushFile(reader, 'denied', ['a.txt', 'x\n'])).output).toContain('403');
  expect((await github.branches(repository)).has('denied')).toBe(false);
  const writer = await clone({ contents: 'write' });
  expect(await pushFile(writer, 'allowed', ['a.txt', 'x\n'])).toEqual({ code: 0, output: '' });
  const sha = (await writer.run('rev-parse', 'HEAD')).output.trim();
  expect((await github.branches(repository)).get('allowed')).toBe(sha);
  expect(await github.fileAt(repository, 'allowed', 'a.txt')).toBe('x\n');
  expect(github.ledger.at(-1)).toMatchObject({
    kind: 'push',
    resultId: 'refs/heads/allowed',
    body: [{ ref: 'refs/heads/allowed', before: '0'.repeat(40), after: sha }],
  });
});

test('new, deleted, renamed, binary, executable and linked files arrive as they were pushed', async () => {
  const git = await clone({ contents: 'write' });
  const file = (name: string) => path.join(git.directory, name);
  await git.run('mv', 'blob.bin', 'moved.bin');
  await rm(file('a.txt'));
  await chmod(file('bin/run'), 0o644);
  await symlink('bin/run', file('second-link'));
  await pushFile(git, 'mixed', ['new.bin', new Uint8Array([9, 0, 9])]);
  const diff = await github.diff(repository, 'main', 'mixed');
  for (const part of [
    'rename to moved.bin',
    'deleted file mode',
    'old mode 100755',
    'new file mode 120000',
    'GIT binary patch',
  ]) {
    expect(diff).toContain(part);
  }
});

test('workflow files are refused without the permission and taken with it', async () => {
  const without = await clone({ contents: 'write' });
  const refused = await pushFile(without, 'ci', ['.github/workflows/new.yml', 'on: push\n']);
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain(
    'refusing to allow a GitHub App to create or update workflow `.github/workflows/new.yml` without `workflows` permission',
  );
  expect((await github.branches(repository)).has('ci')).toBe(false);
  const allowed = await clone({ contents: 'write', workflows: 'write' });
  expect((await pushFile(allowed, 'ci', ['.github/workflows/new.yml', 'on: push\n'])).code).toBe(0);
});

test('a second fetch moves only what is new', async () => {
  await github.commit({ repository, branch: 'main', files: { 'big.bin': randomBytes(500_000) } });
  const git = await clone({ contents: 'read' });
  const served = () =>
    github.gitTraffic.filter((one) => one.service === 'git-upload-pack').reduce((sum, one) => sum + one.bytesServed, 0);
  const cold = served();
  expect(cold).toBeGreaterThan(500_000);
  await github.commit({ repository, branch: 'main', files: { 'small.txt': 'small\n' } });
  expect((await git.run('fetch', '--quiet')).code).toBe(0);
  expect(served() - cold).toBeGreaterThan(0);
  expect(served() - cold).toBeLessThan(5_000);
});

test('a push moves the pull request whose head it is, and its head can be fetched by number', async () => {
  const git = await clone({ contents: 'write', pull_requests: 'write' });
  await pushFile(git, 'topic', ['topic.txt', '1\n']);
  const { rest } = octokitOn(github, repository);
  const at = { owner: 'octo', repo: 'hello' };
  const { data: pull } = await rest.pulls.create({ ...at, head: 'topic', base: 'main', title: 'Topic' });
  await pushFile(git, 'topic', ['topic.txt', '2\n']);
  const sha = (await git.run('rev-parse', 'HEAD')).output.trim();
  expect((await rest.pulls.get({ ...at, pull_number: pull.number })).data.head.sha).toBe(sha);
  expect((await git.run('fetch', '--quiet', 'origin', `refs/pull/${pull.number}/head`)).code).toBe(0);
  expect((await git.run('rev-parse', 'FETCH_HEAD')).output.trim()).toBe(sha);
  expect((await git.run('push', 'origin', 'HEAD:refs/pull/1/head')).output).toContain('hidden ref');
});

test('an existing repository on this machine is taken over with its branches', async () => {
  const source = await openGitClient(undefined);
  clients.push(source);
  await source.run('init', '--quiet', '--initial-branch=trunk');
  await writeFile(path.join(source.directory, 'mine.txt'), 'mine\n');
  await source.run('add', '--all');
  await source.run('commit', '--quiet', '-m', 'mine');
  await source.run('branch', 'second');
  const imported = await github.importRepository({ owner: 'me', name: 'mine', path: source.directory });
  expect(imported.defaultBranch).toBe('trunk');
  expect([...(await github.branches(imported)).keys()].toSorted()).toEqual(['second', 'trunk']);
  expect(await github.fileAt(imported, 'trunk', 'mine.txt')).toBe('mine\n');
});
