import { describe, expect, it } from 'vitest';
import { commitFiles, openStage, REPO, sh, type Stage } from './stage.ts';

const ODD = 'ünï "çödé"/line\nbreak\tfile*.json';

async function openFilled(): Promise<Stage & { sha: string }> {
  const stage = await openStage();
  const files = { 'package-lock.json': '{}', 'app/yarn.lock': 'x', 'app/a/b': 'y', [ODD]: 'odd', __proto__: 'no' };
  const sha = commitFiles(stage.work, files);
  stage.publish();
  await (await stage.repositories.bundle(REPO, { ref: 'main', sha }, stage.access))[Symbol.asyncDispose]();
  return { ...stage, sha };
}

describe('blobIds', () => {
  it('gives the id of each file, null where there is none, and asks nobody but the mirror', async () => {
    await using stage = await openFilled();
    const asked = stage.host.requests.length;
    const paths = ['package-lock.json', 'app/yarn.lock', 'app', 'absent', 'app/absent', 'package-lock.json/x', ODD];
    const found = await stage.repositories.blobIds(REPO, stage.sha, paths);
    const idOf = (path: string): string => sh(stage.work, 'rev-parse', `HEAD:${path}`);
    expect(found).toEqual({
      'package-lock.json': idOf('package-lock.json'),
      'app/yarn.lock': idOf('app/yarn.lock'),
      app: idOf('app'),
      absent: null,
      'app/absent': null,
      'package-lock.json/x': null,
      [ODD]: idOf(ODD),
    });
    expect(stage.host.requests.length).toBe(asked);
  });

  it('changes with the content and with nothing else', async () => {
    await using stage = await openFilled();
    const before = await stage.repositories.blobIds(REPO, stage.sha, ['package-lock.json', 'app/yarn.lock']);
    const sha = commitFiles(stage.work, { 'package-lock.json': '{"a":1}', 'other.txt': 'other' });
    stage.publish();
    await (await stage.repositories.bundle(REPO, { ref: 'main', sha }, stage.access))[Symbol.asyncDispose]();
    const after = await stage.repositories.blobIds(REPO, sha, ['package-lock.json', 'app/yarn.lock']);
    expect(after['package-lock.json']).not.toBe(before['package-lock.json']);
    expect(after['app/yarn.lock']).toBe(before['app/yarn.lock']);
  });

  it.each([
    '',
    '/etc/passwd',
    '../x',
    'app/../x',
    './app',
    'app/',
    '--help',
    ':(top)app',
    '*.json',
    'a\0b',
    '__proto__',
  ])('takes the path %j for a name and finds nothing', async (path) => {
    await using stage = await openFilled();
    const found = await stage.repositories.blobIds(REPO, stage.sha, [path]);
    expect(Object.entries(found)).toEqual([[path, null]]);
  });

  it('is missing for a commit or repository that was not fetched, and invalid for what is no commit', async () => {
    await using stage = await openFilled();
    const { repositories } = stage;
    const missing = { code: 'missing' };
    await expect(repositories.blobIds(REPO, 'e'.repeat(40), ['a'])).rejects.toMatchObject(missing);
    await expect(repositories.blobIds({ ...REPO, id: 43 }, stage.sha, ['a'])).rejects.toMatchObject(missing);
    await expect(repositories.blobIds(REPO, 'HEAD', ['a'])).rejects.toMatchObject({ code: 'invalid' });
    const many = Array.from({ length: 1_001 }, (_, at) => `f${at}`);
    await expect(repositories.blobIds(REPO, stage.sha, many)).rejects.toMatchObject({ code: 'invalid' });
  });
});
