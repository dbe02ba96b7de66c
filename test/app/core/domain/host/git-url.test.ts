import { describe, expect, test } from 'vitest';
import { gitAddress, gitRepositoryUrl, isBelow, originOf } from '#core/domain/host/git-url.ts';

describe('an address is compared in one form', () => {
  test.each([
    ['https://git.example.org', 'https://git.example.org'],
    ['https://Git.Example.ORG/Team/', 'https://git.example.org/Team'],
    ['https://git.example.org:443/team', 'https://git.example.org/team'],
    ['https://git.example.org:8443/team/app.git', 'https://git.example.org:8443/team/app.git'],
    ['https://forge/~ada/app', 'https://forge/~ada/app'],
    ['https://192.0.2.7/app.git', 'https://192.0.2.7/app.git'],
    ['https://[2001:db8::1]/app.git', 'https://[2001:db8::1]/app.git'],
    ['https://dev.example/org/My%20Project/_git/app', 'https://dev.example/org/My%20Project/_git/app'],
    ['http://localhost:3000/app.git', 'http://localhost:3000/app.git'],
    ['http://127.0.0.1/app.git', 'http://127.0.0.1/app.git'],
  ])('%s', (written, address) => {
    expect(gitAddress(written)).toBe(address);
  });
});

test.each([
  'git.example.org/team/app.git',
  'ssh://git@git.example.org/team/app.git',
  'git@git.example.org:team/app.git',
  'file:///srv/git/app.git',
  'http://git.example.org/app.git',
  'http://127.0.0.1.example.org/app.git',
  'https://ada:secret@git.example.org/app.git',
  'https://git.example.org@evil.example/app.git',
  'https://git.example.org/app.git?token=secret',
  'https://git.example.org/app.git#top',
  'https://git.example.org/team/../other/app.git',
  'https://git.example.org/team/./app.git',
  'https://git.example.org/team/%2e%2e/other',
  'https://git.example.org/team//app.git',
  'https://git.example.org/team\\app.git',
  'https://git.example.org/te am/app.git',
  'https://git.example.org/app.git\nhttps://evil.example',
  'https:///app.git',
  'https://-git.example.org/app.git',
  '',
])('no address of a Git server: %j', (text) => {
  expect(gitAddress(text)).toBeUndefined();
  expect(gitRepositoryUrl(text)).toBeUndefined();
});

test('a repository has a path, a host alone has none', () => {
  expect(gitRepositoryUrl('https://git.example.org/')).toBeUndefined();
  expect(gitRepositoryUrl('https://git.example.org/app/')).toBe('https://git.example.org/app');
});

test('below an address is what begins with it, a whole name at a time', () => {
  const isIn = (url: string): boolean => isBelow(url, 'https://git.example.org/team');
  expect(['/team', '/team/app.git', '/team/sub/app.git'].map((path) => isIn(`https://git.example.org${path}`))).toEqual(
    [true, true, true],
  );
  expect(['/teams/app.git', '/other', ''].map((path) => isIn(`https://git.example.org${path}`))).toEqual([
    false,
    false,
    false,
  ]);
  expect(isIn('https://git.example.org.evil.example/team/app.git')).toBe(false);
});

test('an origin is told of addresses only', () => {
  expect(originOf('https://Git.example.org:8443/team/app.git')).toBe('https://git.example.org:8443');
  expect(originOf('octo')).toBe('');
});
