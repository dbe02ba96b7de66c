import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { GitServerVariables, plainGitOptions } from '../../../../app/vcs/git/variables.ts';

const HOSTS = 'https://git.example.org/team/, https://FORGE.example:8443';
const BOT = { username: 'bot', password: 'long-enough' };
const CREDENTIALS = JSON.stringify({ 'https://Git.example.org/team/': BOT });
const read = (hosts: string, credentials: string) =>
  GitServerVariables.safeParse({ GIT_HOSTS: hosts, GIT_CREDENTIALS: credentials });

test('addresses and the credentials for them are read in the form in which they are compared', () => {
  const options = plainGitOptions(GitServerVariables.parse({ GIT_HOSTS: HOSTS, GIT_CREDENTIALS: CREDENTIALS }));
  expect(options.hosts).toEqual(['https://git.example.org/team', 'https://forge.example:8443']);
  expect([...options.credentials]).toEqual([['https://git.example.org/team', BOT]]);
});

test('credentials may be in a file', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'credentials-'));
  const file = path.join(directory, 'git.json');
  writeFileSync(file, `${CREDENTIALS}\n`);
  expect(read(HOSTS, file).data?.GIT_CREDENTIALS.size).toBe(1);
  rmSync(directory, { recursive: true });
  expect(read(HOSTS, file).success).toBe(false);
});

test.each([
  ['no address', ' , '],
  ['a name alone', 'git.example.org'],
  ['a credential in it', 'https://bot:secret-word@git.example.org'],
  ['http to another machine', 'http://git.example.org'],
  ['one of several is wrong', 'https://git.example.org,ssh://git.example.org'],
])('GIT_HOSTS is refused: %s', (_what, hosts) => {
  expect(read(hosts, CREDENTIALS).error?.issues[0]?.path[0]).toBe('GIT_HOSTS');
});

test.each([
  ['no JSON', 'secret-word'],
  ['nothing in it', '{}'],
  ['an address that is none', JSON.stringify({ 'git.example.org': BOT })],
  ['a colon in the name', JSON.stringify({ 'https://a.example': { ...BOT, username: 'a:secret-word' } })],
  ['a short password', JSON.stringify({ 'https://a.example': { ...BOT, password: 'short' } })],
  ['a line end in the password', JSON.stringify({ 'https://a.example': { ...BOT, password: 'secret-word\nX: y' } })],
  ['unknown fields', JSON.stringify({ 'https://a.example': { ...BOT, token: 'secret-word' } })],
])('GIT_CREDENTIALS is refused without repeating it: %s', (_what, credentials) => {
  const { error } = read(HOSTS, credentials);
  expect(error?.issues.every(({ path: [name] }) => name === 'GIT_CREDENTIALS')).toBe(true);
  expect(error?.message).not.toContain('secret-word');
});
