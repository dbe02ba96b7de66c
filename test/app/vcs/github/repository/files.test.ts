import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGitHubWorld, type GitHubWorld } from '../github-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

const BYTES_MAX = 1_000;
const CONFIG = '.astraforge.yml';

let world: GitHubWorld;

beforeAll(async () => {
  world = await startGitHubWorld();
  const { repository, github } = world;
  await github.commit({
    repository,
    branch: 'main',
    files: {
      [CONFIG]: 'setup: [größer]\n',
      'docs/deep/a b.txt': 'deep\n',
      'large.txt': 'x'.repeat(BYTES_MAX + 1),
      'just.txt': 'x'.repeat(BYTES_MAX),
      'empty.txt': '',
      inside: { content: 'docs/deep/a b.txt', mode: '120000' },
      outside: { content: '/etc/passwd', mode: '120000' },
    },
  });
  await github.commit({ repository, branch: 'topic', files: { [CONFIG]: 'setup: [evil]\n', 'topic.txt': 'x' } });
});
afterAll(() => world[Symbol.asyncDispose]());

const read = (path: string) => world.host.readDefaultBranchFile(world.repo, path, BYTES_MAX);

test('a file is read from the default branch, whatever other branches hold', async () => {
  expect(await read(CONFIG)).toBe('setup: [größer]\n');
  expect(await read('topic.txt')).toBeUndefined();
});

test('a file of one commit is read as it is there, and not as it is on the default branch', async () => {
  const { repository, github, host, repo } = world;
  const topic = (await github.branches(repository)).get('topic') ?? '';
  const at = (sha: string, path: string) => host.readFileAt(repo, { sha, path }, BYTES_MAX);
  expect(await at(topic, CONFIG)).toBe('setup: [evil]\n');
  expect(await at(topic, 'topic.txt')).toBe('x');
  expect(await at(topic, 'nothing.txt')).toBeUndefined();
  expect(await at('a'.repeat(40), CONFIG)).toBeUndefined();
  const main = (await github.branches(repository)).get('main') ?? '';
  await expect(at(main, 'large.txt')).rejects.toMatchObject({ code: 'invalid' });
  await expect(at(main, 'docs')).rejects.toMatchObject({ code: 'invalid' });
});

test('a file is read as it is now', async () => {
  const { repository, github } = world;
  await github.commit({ repository, branch: 'main', files: { 'now.txt': 'one' } });
  expect(await read('now.txt')).toBe('one');
  await github.commit({ repository, branch: 'main', files: { 'now.txt': 'two' } });
  expect(await read('now.txt')).toBe('two');
});

test('a path in folders, an empty file and a file of just the size are read', async () => {
  expect(await read('docs/deep/a b.txt')).toBe('deep\n');
  expect(await read('empty.txt')).toBe('');
  expect(await read('just.txt')).toHaveLength(BYTES_MAX);
});

test('a link inside the repository is the file it leads to', async () => {
  expect(await read('inside')).toBe('deep\n');
});

test.each([
  ['a folder', 'docs'],
  ['a link to elsewhere', 'outside'],
  ['a file that is too large', 'large.txt'],
])('%s is invalid', async (_, path) => {
  await expect(read(path)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining(path) });
});

test('a file that is not there is undefined, and a GitHub that does not answer is an error, not a guess', async () => {
  expect(await read('nothing.txt')).toBeUndefined();
  world.github.fault({ match: { path: /contents/ }, status: 502 });
  await expect(read(CONFIG)).rejects.toMatchObject({ code: 'unavailable' });
});

test('a file too large for GitHub to put into its answer is invalid', async () => {
  const body = { type: 'file', size: 5, encoding: 'none', content: '' };
  await using api = await startScriptedApi(() => ({ status: 200, body }));
  await expect(api.host.readDefaultBranchFile(api.repo, CONFIG, BYTES_MAX)).rejects.toMatchObject({ code: 'invalid' });
});
