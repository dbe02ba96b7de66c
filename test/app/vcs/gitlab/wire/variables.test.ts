import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  GitLabDoorVariables,
  GitLabTokenVariables,
  gitLabOptions,
} from '../../../../../app/vcs/gitlab/wire/variables.ts';

const given = { GITLAB_TOKEN: 'glpat-0123456789abcdefghij', GITLAB_PROJECTS: 'team/**, 42' };

test('the variables become the options of the host', () => {
  const options = gitLabOptions(GitLabTokenVariables.parse(given));
  expect(options).toEqual({
    url: 'https://gitlab.com',
    token: given.GITLAB_TOKEN,
    projects: ['team/**', '42'],
  });
});

test('an address keeps its relative URL root and loses the slash at its end', () => {
  const { url } = gitLabOptions(
    GitLabTokenVariables.parse({ ...given, GITLAB_URL: 'https://code.example.test/gitlab/' }),
  );
  expect(url).toBe('https://code.example.test/gitlab');
});

test('an author counts only with both name and address', () => {
  const variables = GitLabTokenVariables.parse(given);
  const named = { ...variables, ASTRAFORGE_GIT_AUTHOR_NAME: 'Forge' };
  expect(gitLabOptions(named).gitAuthor).toBeUndefined();
  const both = { ...named, ASTRAFORGE_GIT_AUTHOR_EMAIL: 'forge@example.test' };
  expect(gitLabOptions(both).gitAuthor).toEqual({ name: 'Forge', email: 'forge@example.test' });
});

test('secrets may be in files, as secret mounts are', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'astraforge-variables-'));
  try {
    const file = join(directory, 'token');
    await writeFile(file, `${given.GITLAB_TOKEN}\n`);
    expect(GitLabTokenVariables.parse({ ...given, GITLAB_TOKEN: file }).GITLAB_TOKEN).toBe(given.GITLAB_TOKEN);
  } finally {
    await rm(directory, { recursive: true });
  }
});

describe('a wrong value is refused:', () => {
  test.each<[string, object]>([
    ['no token', { GITLAB_TOKEN: undefined }],
    ['a token with blanks', { GITLAB_TOKEN: 'glpat-0123456789 abcdefghij' }],
    ['the path of a file that is not there', { GITLAB_TOKEN: '/nowhere/to/be/found/token' }],
    ['an address with credentials', { GITLAB_URL: 'https://a:b@gitlab.example.test' }],
    ['an address that is not HTTP', { GITLAB_URL: 'ssh://gitlab.example.test' }],
    ['no list of projects', { GITLAB_PROJECTS: undefined }],
    ['a list that names nothing', { GITLAB_PROJECTS: ' , ' }],
    ['a list with an address in it', { GITLAB_PROJECTS: 'https://gitlab.com/team/app' }],
  ])('%s', (_what, changed) => {
    expect(GitLabTokenVariables.safeParse({ ...given, ...changed }).success).toBe(false);
  });

  const secret = 'x'.repeat(32);
  test.each<[string, object, boolean]>([
    ['a long secret alone', { GITLAB_WEBHOOK_SECRET: secret }, true],
    ['a short secret', { GITLAB_WEBHOOK_SECRET: secret.slice(1) }, false],
    [
      'a signing token',
      { GITLAB_WEBHOOK_SECRET: secret, GITLAB_WEBHOOK_SIGNING_TOKEN: `whsec_${'A'.repeat(43)}=` },
      true,
    ],
    ['a signing token that is none', { GITLAB_WEBHOOK_SECRET: secret, GITLAB_WEBHOOK_SIGNING_TOKEN: secret }, false],
  ])('of the door, %s is taken: %s', (_what, variables, taken) => {
    expect(GitLabDoorVariables.safeParse(variables).success).toBe(taken);
  });
});
