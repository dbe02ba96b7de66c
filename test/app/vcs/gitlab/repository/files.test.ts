import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

const BYTES_MAX = 1_000;
const CONFIG = '.gitlab/astraforge.yml';

let world: GitLabWorld;

beforeAll(async () => {
  world = await startGitLabWorld();
  const { repository, gitlab } = world;
  await gitlab.commit({
    repository,
    branch: 'main',
    files: {
      [CONFIG]: 'setup: [größer]\n',
      'docs/deep/a b.txt': 'deep\n',
      'large.txt': 'x'.repeat(BYTES_MAX + 1),
      'just.txt': 'x'.repeat(BYTES_MAX),
      'empty.txt': '',
    },
  });
  await gitlab.commit({ repository, branch: 'topic', files: { [CONFIG]: 'setup: [evil]\n', 'topic.txt': 'x' } });
});
afterAll(() => world[Symbol.asyncDispose]());

const read = (path: string) => world.host.readDefaultBranchFile(world.repo, path, BYTES_MAX);

test('a file is read from the default branch, whatever other branches hold, and as it is now', async () => {
  expect(await read(CONFIG)).toBe('setup: [größer]\n');
  expect(await read('topic.txt')).toBeUndefined();
  const { repository, gitlab } = world;
  await gitlab.commit({ repository, branch: 'main', files: { 'now.txt': 'one' } });
  expect(await read('now.txt')).toBe('one');
  await gitlab.commit({ repository, branch: 'main', files: { 'now.txt': 'two' } });
  expect(await read('now.txt')).toBe('two');
});

test('a path in folders, an empty file and a file of just the size are read', async () => {
  expect(await read('docs/deep/a b.txt')).toBe('deep\n');
  expect(await read('empty.txt')).toBe('');
  expect(await read('just.txt')).toHaveLength(BYTES_MAX);
});

test('a file that is too large is invalid, and so is one in an encoding we do not know', async () => {
  await expect(read('large.txt')).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('large') });
  const body = { size: 5, encoding: 'text', content: 'x' };
  await using api = await startScriptedApi(() => ({ status: 200, body }));
  await expect(api.host.readDefaultBranchFile(api.repo, CONFIG, BYTES_MAX)).rejects.toMatchObject({ code: 'invalid' });
});

test('a file that is not there is undefined, and a GitLab that does not answer is an error, not a guess', async () => {
  expect(await read('nothing.txt')).toBeUndefined();
  expect(await read('docs')).toBeUndefined();
  world.gitlab.fault({ match: { path: /repository\/files/ }, status: 502 });
  await expect(read(CONFIG)).rejects.toMatchObject({ code: 'unavailable' });
});
