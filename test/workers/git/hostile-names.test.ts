import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { branchRef } from '../../../workers/git/ref-names.ts';
import { DRAFT, openStage, REPO } from './stage.ts';

const PIECES = [
  'a',
  'B9',
  '-',
  '.',
  '..',
  '/',
  '//',
  '.lock',
  '@',
  '@{',
  '~',
  '^',
  ':',
  '?',
  '*',
  '[',
  ']',
  '\\',
  ' ',
  '\n',
  '\x7f',
  'ü',
  '$(x)',
  '`',
  '"',
  '{',
  '--upload-pack=x',
  'HEAD',
];

const JOINTS = ['.', '/', '.lock', '@', '{', '-', 'a'];

describe('names', () => {
  it('are accepted exactly when git accepts them', () => {
    const around = PIECES.flatMap((piece) => [piece, `${piece}y`, `x${piece}`, `x${piece}y`, `x/${piece}/y`]);
    const pairs = JOINTS.flatMap((one) => JOINTS.map((two) => `x${one}${two}y`));
    const names = ['', 'x'.repeat(240), ...around, ...pairs];
    let accepted = 0;
    for (const name of new Set(names)) {
      // Not names of branches to people and `git clone -b`, although refs could be called so.
      const special = name.startsWith('-') || name === 'HEAD' || name === '@';
      expect({ name, accepted: tryBranch(name) }).toEqual({ name, accepted: !special && gitAccepts(name) });
      accepted += tryBranch(name) ? 1 : 0;
    }
    expect(accepted).toBeGreaterThan(50);
  }, 30_000);

  it.each([
    { ref: '--upload-pack=touch canary', sha: 'a'.repeat(40) },
    { ref: 'main', sha: '--output=canary' },
    { ref: 'main', sha: 'HEAD' },
    { ref: 'main', sha: `${'a'.repeat(40)}\n` },
  ])('that are none never reach git: $ref $sha', async ({ ref, sha }) => {
    await using stage = await openStage();
    const bundle = stage.repositories.bundle(REPO, { ref, sha }, stage.access);
    await expect(bundle).rejects.toMatchObject({ code: 'invalid' });
    const push = stage.repositories.push(REPO, { branch: ref, sha, from: null }, stage.access);
    await expect(push).rejects.toMatchObject({ code: 'invalid' });
    const sides = { head: sha, commit: sha, branch: ref, draft: DRAFT };
    await expect(stage.repositories.merge(REPO, sides, stage.access)).rejects.toMatchObject({ code: 'invalid' });
    expect(stage.host.requests).toEqual([]);
    expect(readdirSync(stage.directory)).toEqual(['home']);
  });

  it.each([0, -1, 1.5, Number.NaN])('of repositories are positive numbers: %d', async (id) => {
    await using stage = await openStage();
    const bundle = stage.repositories.bundle({ ...REPO, id }, { ref: 'main', sha: 'a'.repeat(40) }, stage.access);
    await expect(bundle).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('addresses', () => {
  it.each([
    ...[
      'ext::sh -c touch% canary',
      'file:///tmp/x',
      'ssh://-oProxyCommand=x/y',
      '--upload-pack=x',
      '/tmp/x',
      'ftp://h/x',
    ],
    ...['http://user@host/x', 'http://user:pw@host/x', 'http://host/x?token=y', 'git@host:x'],
  ])('other than plain http are refused: %s', async (url) => {
    await using stage = await openStage();
    const base = { ref: 'main', sha: 'a'.repeat(40) };
    const access = { ...stage.access, url };
    await expect(stage.repositories.bundle(REPO, base, access)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('need https unless told otherwise', async () => {
    await using stage = await openStage({ allowProtocols: ['https'] });
    const base = { ref: 'main', sha: 'a'.repeat(40) };
    await expect(stage.repositories.bundle(REPO, base, stage.access)).rejects.toMatchObject({ code: 'invalid' });
    expect(stage.host.requests).toEqual([]);
  });

  it('that redirect are not followed, so the token goes nowhere else', async () => {
    await using stage = await openStage();
    const seen: string[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.headers.authorization ?? 'none');
      response.end();
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const address = elsewhere.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    stage.host.fault = () => ({
      status: 302,
      location: `http://127.0.0.1:${port}/octo/demo.git/info/refs?service=git-upload-pack`,
    });
    const bundle = stage.repositories.bundle(REPO, { ref: 'main', sha: 'a'.repeat(40) }, stage.access);
    await expect(bundle).rejects.toMatchObject({ code: 'missing', message: expect.stringContaining('moved') });
    elsewhere.close();
    expect(seen).toEqual([]);
  });
});

function gitAccepts(name: string): boolean {
  return spawnSync('git', ['check-ref-format', `refs/heads/${name}`], { cwd: '/' }).status === 0;
}

function tryBranch(name: string): boolean {
  try {
    return branchRef(name) === `refs/heads/${name}`;
  } catch {
    return false;
  }
}
